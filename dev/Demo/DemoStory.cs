using BktSmart.Dev.Bank;
using BktSmart.Dev.Client;
using BktSmart.Staff.V1;
using BktSmart.V1;
using Google.Protobuf;
using Grpc.Core;

namespace BktSmart.Dev.Demo;

/// <summary>
/// The main job of the bank, played on real processes through the public API: two customers are set up, enrol, sign in; one pays the
/// other; an evening comes, and a morning. Every step is checked. The customers are new each time, so that it can be played again on the
/// same data.
/// </summary>
public sealed partial class DemoStory
{
    private const int AgreementVersion = 2;
    private const long DepositMinorUnits = 50_000_00;
    private const long PaymentMinorUnits = 12_500_00;
    private static readonly TimeSpan StreamDeadline = TimeSpan.FromSeconds(20);

    private readonly Checks _checks = new();
    private readonly LocalBank _bank;
    private readonly BankClient _client;
    private readonly Action<string> _say;
    private readonly CancellationToken _stop;

    private DemoStory(LocalBank bank, BankClient client, Action<string> say, CancellationToken stop) =>
        (_bank, _client, _say, _stop) = (bank, client, say, stop);

    /// <param name="bank">One whose clock moves; it is moved on by a day or more.</param>
    /// <param name="say">Told what happens.</param>
    /// <param name="stop">Ends the story.</param>
    /// <returns>The exit code of the launcher: zero if every check passed.</returns>
    public static async Task<int> PlayAsync(LocalBank bank, Action<string> say, CancellationToken stop)
    {
        using var client = new BankClient(bank.Address);
        var story = new DemoStory(bank, client, say, stop);
        try
        {
            await story.PlayAsync();
            say($"demo: {story._checks.Passed} checks passed");
            return 0;
        }
        catch (Exception e) when (e is CheckFailedException or TimeoutException)
        {
            say($"demo: failed after {story._checks.Passed} checks. {e.Message}");
        }
        catch (RpcException e) when (!stop.IsCancellationRequested)
        {
            say(
                $"demo: failed after {story._checks.Passed} checks. A call was refused:\n  expected: OK\n  came:     {e.StatusCode} "
                    + $"{Refusal.From(e).Reason}: {e.Status.Detail}");
        }

        return 1;
    }

    private async Task PlayAsync()
    {
        var people = new People(Random.Shared.NextInt64());
        var arta = people.Make("Arta Hoxha", woman: true);
        var besnik = people.Make("Besnik Leka") with { Language = Language.English, Platform = DevicePlatform.Ios };

        Scene("At the branch");
        var desk = _client.Desk(_bank.Staff.Issue("demo-teller", ["branch"]));
        var payer = await OpenAsync(desk, arta);
        var payee = await OpenAsync(desk, besnik);
        await DepositAsync(desk, payer);

        Scene("In the app");
        var payerApp = await EnterAsync(payer);
        var payeeApp = await EnterAsync(payee);

        Scene("A payment");
        using var live = payeeApp.Watch(afterNumber: 0, _stop);
        var transfer = await PayAsync(payerApp, payer, payee);
        await OverdrawAsync(payerApp, payer, payee);
        await CompareTransactionsAsync(payerApp, payer, payeeApp, payee, transfer);

        Scene("The receiver hears of it");
        await NotifyAsync(payeeApp, payee, live.ResponseStream);

        Scene("The session");
        await KeepSessionAsync(payerApp, payer);

        await EveningAsync(payerApp, payer, payee);
        await MorningAsync(payeeApp, payee);
    }

    private async Task<DemoCustomer> OpenAsync(BranchDesk desk, Person person)
    {
        Teller($"Mirë se vini, {person.Name}.");
        var customer = await desk.CreateCustomerAsync(person, cancellationToken: _stop);
        var number = customer.Name.Split('/')[^1];
        _checks.True(
            "the customer's name", number.Length == 9 && number.All(char.IsAsciiDigit), "customers/ and nine digits", customer.Name);
        _checks.Equal("the customer's phone number", person.PhoneNumber, customer.PhoneNumber);
        _checks.True(
            "a new customer cannot enrol yet", customer.EnrolmentObstacles.Count > 0, "at least one obstacle", customer.EnrolmentObstacles);

        customer = await desk.RecordAgreementAsync(customer.Name, AgreementVersion, _stop);
        _checks.Equal("the KSHBI version", AgreementVersion, customer.AgreementVersion);

        var account = await desk.OpenAccountAsync(customer.Name, cancellationToken: _stop);
        _checks.True("the IBAN", IsAlbanianIban(account.Iban), "a valid Albanian IBAN", account.Iban);

        var card = await desk.IssueCardAsync(customer.Name, person, _stop);
        _checks.Equal("the card's last digits", person.CardNumber[^4..], card.LastFourDigits);

        customer = await desk.GetCustomerAsync(customer.Name, _stop);
        _checks.Equal("what stands between the customer and enrolment", "", string.Join(", ", customer.EnrolmentObstacles));
        Teller(
            $"You are customer {number}. Your account is {Pretty.Iban(account.Iban)}, and here is your card ending in "
                + $"{card.LastFourDigits}.");
        return new DemoCustomer(person, number, account.Iban);
    }

    private async Task DepositAsync(BranchDesk desk, DemoCustomer customer)
    {
        var deposit = await desk.DepositCashAsync(customer.Account, All(DepositMinorUnits), "Depozitë", cancellationToken: _stop);
        _checks.Equal("the balance after the deposit", All(DepositMinorUnits), deposit.BalanceAfter);
        _checks.Equal("the sequence number of the deposit", 1, deposit.SequenceNumber);
        Teller(
            $"{Pretty.Amount(deposit.Amount)} in cash from {customer.Person.Name}; the balance is {Pretty.Amount(deposit.BalanceAfter)}.");
    }

    private async Task<CustomerApp> EnterAsync(DemoCustomer customer)
    {
        var person = customer.Person;
        var app = _client.App(person, new Phone(_bank.Messages, person.PhoneNumber, person.DeviceId));

        Person(customer, "I enrol with my card.");
        var sms = await app.EnrolAsync(customer.CustomerNumber, _stop);
        _checks.True("the SMS for enrolment", Phone.FnpIn(sms) is not null, "six digits in the text", sms.Text);
        _say($"    {sms}");

        Person(customer, "I sign in with my password.");
        sms = await app.SignInAsync(person.NationalId, _stop);
        _checks.True("the SMS for signing in", Phone.FnpIn(sms) is not null, "six digits in the text", sms.Text);
        _say($"    {sms}");

        var accounts = await app.ListAccountsAsync(_stop);
        _checks.Equal("the accounts in the app", customer.Iban, string.Join(", ", accounts.Select(account => account.Iban)));
        Person(customer, $"I see {Pretty.Amount(accounts[0].Balance)} on my account.");
        return app;
    }

    private async Task<Transfer> PayAsync(CustomerApp app, DemoCustomer payer, DemoCustomer payee)
    {
        var request = Payment(payer, payee, PaymentMinorUnits, "Qiraja e nëntorit");
        Person(payer, $"I pay {Pretty.Amount(request.Amount)} to {Pretty.Iban(payee.Iban)}: {request.Reference}.");
        var refusal = await Refusal.OfAsync(() => app.PayAsync(request, _stop));
        _checks.Equal("the reason why it is not done yet", "CONFIRMATION_REQUIRED", refusal?.Reason ?? "(it was not refused)");
        Bank("That is more than a low value: I send a code for exactly this payment.");
        var sms = await app.ConfirmAsync(request, _stop);
        _say($"    {sms}");
        _checks.True("the amount in the SMS", sms.Text!.Contains("12500.00 ALL", StringComparison.Ordinal), "12500.00 ALL", sms.Text);
        _checks.True(
            "the payee in the SMS", sms.Text.Contains($"{payee.Iban[..4]}..{payee.Iban[^4..]}", StringComparison.Ordinal),
            "the masked IBAN of the payee", sms.Text);
        var transfer = await app.PayAsync(request, _stop);
        _checks.Equal("the name of the transfer", $"transfers/{request.TransferId}", transfer.Name);
        _checks.Equal("the amount of the transfer", request.Amount, transfer.Amount);
        _checks.Equal("the balance after the transfer", All(DepositMinorUnits - PaymentMinorUnits), transfer.BalanceAfter);
        _checks.Equal("the sequence number of the transfer", 2, transfer.SequenceNumber);
        Bank($"Done on business date {transfer.BusinessDate.Year}-{transfer.BusinessDate.Month:00}-{transfer.BusinessDate.Day:00}; "
            + $"your balance is {Pretty.Amount(transfer.BalanceAfter)}.");

        Person(payer, "Did that arrive? I send the same payment again.");
        var again = await app.PayAsync(request, _stop);
        _checks.Equal("the answer to the same payment", Hex(transfer), Hex(again));
        _checks.Equal("the transfer under its id", Hex(transfer), Hex(await app.GetTransferAsync(transfer.Name, _stop)));
        Bank("The same answer, byte for byte; the money moved once.");
        return transfer;
    }

    private async Task OverdrawAsync(CustomerApp app, DemoCustomer payer, DemoCustomer payee)
    {
        var request = Payment(payer, payee, DepositMinorUnits, "Më shumë sa kam");
        Person(payer, $"I pay {Pretty.Amount(request.Amount)}.");
        foreach (var language in (string[])["sq", "en"])
        {
            var refusal = await Refusal.OfAsync(async () => await app.Transfers.CreateTransferAsync(
                request, new Metadata { { "accept-language", language } }, cancellationToken: _stop));
            _checks.Equal("the reason of the refusal", "INSUFFICIENT_FUNDS", refusal?.Reason ?? "(it was not refused)");
            _checks.Equal("the language of its text", language, refusal!.Locale);
            _checks.True("the text of the refusal", !string.IsNullOrWhiteSpace(refusal.Text), "a text", refusal.Text);
            Bank($"({language}) {refusal.Text}");
        }
    }

    private async Task CompareTransactionsAsync(
        CustomerApp payerApp, DemoCustomer payer, CustomerApp payeeApp, DemoCustomer payee, Transfer transfer)
    {
        var ofPayer = await payerApp.ListTransactionsAsync(payer.Account, _stop);
        _checks.Equal("the payer's transactions", $"2: {-PaymentMinorUnits}, 1: {DepositMinorUnits}", Describe(ofPayer));
        _checks.Equal("the other side, for the payer", payee.Iban, ofPayer[0].CounterpartyIban);
        Show(payer, ofPayer);

        var ofPayee = await payeeApp.ListTransactionsAsync(payee.Account, _stop);
        _checks.Equal("the receiver's transactions", $"1: {PaymentMinorUnits}", Describe(ofPayee));
        _checks.Equal("the other side, for the receiver", payer.Iban, ofPayee[0].CounterpartyIban);
        _checks.Equal("the transfer, for the receiver", transfer.Name, ofPayee[0].Transfer);
        Show(payee, ofPayee);
    }

    private async Task NotifyAsync(CustomerApp app, DemoCustomer payee, IAsyncStreamReader<WatchNotificationsResponse> stream)
    {
        var live = await FirstAsync(stream);
        _checks.Equal("the category of the live notification", NotificationCategory.IncomingTransfer, live.Category);
        _say($"    Live in the app: {live.Title}: {live.Body}");

        var push = await app.Phone.NextPushAsync(_stop);
        // A locked screen shows what it is about, and no amount or name.
        _checks.Equal("the text of the push message", live.Title, push.Body ?? "");
        _say($"    {push}");

        var inbox = await app.ListNotificationsAsync(_stop);
        _checks.Equal("the inbox", live.Name, string.Join(", ", inbox.Notifications.Select(notification => notification.Name)));
        _checks.Equal("the unread notifications", 1, inbox.UnreadCount);
        _checks.Equal("the unread notifications after reading", 0, await app.MarkReadAsync(live.Number, _stop));
        Person(payee, "I have one notification, and now I have read it.");
    }

    private async Task<Notification> FirstAsync(IAsyncStreamReader<WatchNotificationsResponse> stream)
    {
        var next = stream.MoveNext(_stop);
        if (await Task.WhenAny(next, Task.Delay(StreamDeadline, _stop)) != next)
            throw new TimeoutException($"No live notification came within {StreamDeadline.TotalSeconds:F0} s.");
        _checks.True("the live stream", await next, "a notification", "the end of the stream");
        return stream.Current.Notification;
    }

    private async Task KeepSessionAsync(CustomerApp app, DemoCustomer customer)
    {
        var before = app.Session!;
        var after = await app.RefreshAsync(_stop);
        _checks.True("the new refresh token", after.RefreshToken != before.RefreshToken, "another one than before", "the same");
        var accounts = await app.ListAccountsAsync(_stop);
        _checks.Equal("the balance, seen with the new token", All(DepositMinorUnits - PaymentMinorUnits), accounts[0].Balance);
        Person(customer, "My app has renewed the session.");

        var accountsOfStranger = new AccountService.AccountServiceClient(_client.As(after.AccessToken[..^8] + "AAAAAAAA"));
        var refusal = await Refusal.OfAsync(
            async () => await accountsOfStranger.ListAccountsAsync(new ListAccountsRequest(), cancellationToken: _stop));
        _checks.Equal("the status for a forged token", StatusCode.Unauthenticated, refusal?.Code ?? StatusCode.OK);
        _checks.Equal("the reason for a forged token", "TOKEN_INVALID", refusal!.Reason);
        Bank("Somebody came with a forged token and was turned away.");
    }

    private static CreateTransferRequest Payment(DemoCustomer payer, DemoCustomer payee, long minorUnits, string reference) => new()
    {
        TransferId = Guid.CreateVersion7().ToString(),
        SourceAccount = payer.Account,
        PayeeIban = payee.Iban,
        Amount = All(minorUnits),
        Reference = reference,
    };

    private static Money All(long minorUnits) => new() { MinorUnits = minorUnits, CurrencyCode = "ALL" };

    private static string Hex(IMessage message) => Convert.ToHexStringLower(message.ToByteArray());

    private static string Describe(IEnumerable<Transaction> transactions) =>
        string.Join(", ", transactions.Select(transaction => $"{transaction.SequenceNumber}: {transaction.Amount.MinorUnits}"));

    // ISO 13616: the first four characters go to the end, letters count from 10, and the remainder by 97 is 1.
    private static bool IsAlbanianIban(string iban) =>
        iban.Length == 28 && iban.StartsWith("AL", StringComparison.Ordinal) && iban.All(char.IsAsciiLetterOrDigit)
        && (iban[4..] + iban[..4]).Aggregate(
            0,
            (rest, c) => char.IsAsciiDigit(c) ? (rest * 10 + c - '0') % 97 : (rest * 100 + char.ToUpperInvariant(c) - 'A' + 10) % 97) == 1;

    private void Scene(string title) => _say($"\n{title}");

    private void Teller(string text) => _say($"  Teller: {text}");

    private void Bank(string text) => _say($"  Bank:   {text}");

    private void Person(DemoCustomer customer, string text) => _say($"  {customer.Person.Name.Split(' ')[0] + ":",-7} {text}");

    private void Show(DemoCustomer customer, IEnumerable<Transaction> transactions)
    {
        Person(customer, "My transactions:");
        foreach (var line in transactions)
            _say(
                $"    {line.SequenceNumber,3}  {Pretty.Amount(line.Amount),16}  balance {Pretty.Amount(line.BalanceAfter),14}  "
                    + $"{line.CounterpartyName}  {line.Reference}");
    }
}
