using BktSmart.Accounts;
using BktSmart.Approvals;
using BktSmart.Authentication;
using BktSmart.Cards;
using BktSmart.Customers;
using BktSmart.Ledger;
using BktSmart.Messages;
using BktSmart.Notifications;
using BktSmart.Payments;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>Customers and accounts of one test, through the stores.</summary>
/// <param name="payments">Null for no FNPs and no limits.</param>
/// <param name="time">The clock of the silos; null for the real one.</param>
internal sealed class Bank(TestDatabase database, PaymentOptions? payments = null, TimeProvider? time = null)
{
    public static readonly StaffMember Teller = new("teller-1");
    public static readonly StaffMember Desk = new("desk-1");
    public static readonly StaffMember SecondDesk = new("desk-2");
    public static readonly Currency All = Currency.Parse("ALL");

    /// <summary>In Tirana, far from midnight.</summary>
    public static readonly DateTimeOffset Noon = new(2026, 11, 24, 11, 0, 0, TimeSpan.Zero);

    private readonly IOptions<PaymentOptions> _payments = payments is null ? TestPayments.Free : Options.Create(payments);
    private readonly TestPeople _people = new();
    private LedgerPoster? _poster;

    public static LedgerCache NewCache() => new(Options.Create(new LedgerOptions()));

    /// <param name="time">Paces the statements; null for the real clock.</param>
    public static LedgerEventStore EventsOf(NpgsqlDataSource database, LedgerEventOptions? options = null, TimeProvider? time = null) =>
        new(database, Options.Create(options ?? new LedgerEventOptions()), time ?? TimeProvider.System);

    public static TermsApprovals ApprovalsOf(NpgsqlDataSource database, TimeProvider time, ApprovalOptions? options = null) =>
        new(new ApprovalStore(database, Options.Create(options ?? new ApprovalOptions()), time), new AccountRegister(database));

    public static CustomerCorrections CorrectionsOf(NpgsqlDataSource database, TimeProvider time) =>
        new(new ApprovalStore(database, Options.Create(new ApprovalOptions()), time), new CustomerStore(database, time),
            Options.Create(new MessageDeliveryOptions()));

    public static InboxStore InboxesOf(NpgsqlDataSource database) =>
        new(database, Options.Create(new LedgerEventOptions()), Options.Create(new MessageDeliveryOptions()),
            new OutboxSignal(), TimeProvider.System);

    public TestDatabase Database { get; } = database;

    public CustomerStore Customers { get; } = new(database.Silo, TimeProvider.System);

    public CardStore Cards { get; } = new(database.Silo, TimeProvider.System);

    public AccountRegister Register { get; } = new(database.Silo);

    public AccountStore Accounts { get; } = new(database.Silo);

    public TermsApprovals Approvals => ApprovalsOf(Database.Silo, Time);

    public PaymentSettingsStore Payments { get; } = new(database.Silo);

    /// <summary>One silo's memory of the ledger.</summary>
    public LedgerCache Cache { get; } = NewCache();

    public LedgerStore Store { get; } = new(database.Silo, new LedgerIdentity("test"), Options.Create(new LedgerOptions()));

    public Rulebook Rulebook => new(_payments);

    public TimeProvider Time { get; } = time ?? TimeProvider.System;

    public LedgerPoster Poster => _poster ??= new LedgerPoster(Store, Cache, Time, _payments);

    /// <summary>The poster of another silo, which remembers nothing.</summary>
    /// <param name="time">That silo's clock; null for that of the bank.</param>
    public LedgerPoster OtherPoster(TimeProvider? time = null) => new(Store, NewCache(), time ?? Time, _payments);

    /// <summary>The poster of a silo that books under a name of its own.</summary>
    public LedgerPoster PosterOf(LedgerStore store, LedgerCache cache) => new(store, cache, Time, _payments);

    /// <summary>Of a silo that waits for locks as long as it takes.</summary>
    public LedgerStore NewPatientStore() =>
        new(Database.Silo, new LedgerIdentity("patient"), Options.Create(new LedgerOptions { LockWaitMax = TimeSpan.FromMinutes(1) }));

    /// <summary>A bank in which the time stands still, in the database and in its silos: it is never midnight by accident.</summary>
    public static async Task<Bank> StillAsync(TestDatabase database, PaymentOptions? payments = null, DateTimeOffset? at = null)
    {
        var time = new FakeTimeProvider(at ?? Noon);
        await database.StopClockAsync(time.GetUtcNow());
        return new Bank(database, payments, time);
    }

    public NewCustomer NextCustomer() => _people.Next(Language.Albanian).Customer;

    public async Task<CustomerNumber> OpenCustomerAsync()
    {
        var created = await Customers.CreateAsync(Teller, NextCustomer(), CancellationToken.None);
        Assert.True(created.Succeeded, created.Refusal?.Reason.ToString());
        return created.Value;
    }

    /// <summary>One more session of a customer.</summary>
    public async Task<HeldSession> OpenSessionAsync(CustomerNumber customer)
    {
        var session = new HeldSession(customer, Guid.NewGuid());
        await TestDatabase.ExecuteAsync(Database.Owner, $$"""
            insert into bank.credentials as c (customer_number, version, epoch, fnp_allowed, state)
            values ({{customer.Value}}, 1, 1, true, '{"Sessions": [{"Id": "{{session.Id:D}}"}]}')
            on conflict (customer_number) do update
               set state = jsonb_set(c.state, '{Sessions}', c.state -> 'Sessions' || (excluded.state -> 'Sessions'))
            """);
        return session;
    }

    /// <summary>What is written when a customer reports an FNP, as <c>CredentialsGrain</c> does it: the sessions end first.</summary>
    public static async Task ReportFnpAsync(
        NpgsqlConnection connection, CustomerNumber customer, params IEnumerable<NpgsqlBatchCommand> effects)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(new(
            "update bank.credentials set version = version + 1, epoch = epoch + 1, state = '{\"Sessions\": []}' where customer_number = "
            + $"{customer.Value}"));
        foreach (var effect in effects)
            batch.BatchCommands.Add(effect);
        await batch.ExecuteNonQueryAsync();
    }

    /// <summary>Trusts a payee in a session that is opened for it.</summary>
    public async Task<Reason?> TrustAsync(CustomerNumber customer, AccountRegistration payee, int max = 100, DateTimeOffset? now = null) =>
        await Payments.TrustAsync(
            await OpenSessionAsync(customer), payee.Id, max, now ?? Time.GetUtcNow(), CancellationToken.None);

    /// <summary>Sets limits that hold at once.</summary>
    public async Task SetLimitsAsync(AccountRegistration account, PaymentLimits limits) => Assert.True((await Payments.ChangeLimitsAsync(
        session: null, account.Id, _ => (limits, null), _ => [], Time.GetUtcNow(), CancellationToken.None)).Succeeded);

    /// <summary>An account with some money on it.</summary>
    /// <param name="customer">Null for a new one.</param>
    public async Task<AccountRegistration> OpenAccountAsync(long balanceMinor = 0, string currency = "ALL", CustomerNumber? customer = null)
    {
        var opened = await Register.OpenAsync(
            Teller, Guid.NewGuid(), customer ?? await OpenCustomerAsync(), "205", "1100", Currency.Parse(currency),
            DateTimeOffset.UnixEpoch, CancellationToken.None);
        Assert.True(opened.Succeeded, opened.Refusal?.Reason.ToString());
        var account = (await Register.FindAsync([opened.Value.Iban.Value], CancellationToken.None)).Values.Single();
        if (balanceMinor > 0)
        {
            var cash = (await Register.FindAsync([$"CASH-{currency}"], CancellationToken.None)).Values.Single();
            var order = new TransferOrder(
                new TransferId(Guid.CreateVersion7()), TransferKind.CashDeposit, cash.Id, account.Id,
                new Money(balanceMinor, account.Currency), "", Originator.Of(Teller));
            Assert.Null((await PostAsync([order], CancellationToken.None))[0].Refusal);
        }

        return account;
    }

    public static TransferOrder Payment(
        AccountRegistration from, AccountRegistration to, long amount, Guid? id = null, string reference = "") =>
        new(
            new TransferId(id ?? Guid.CreateVersion7()), TransferKind.Payment, from.Id, to.Id,
            new Money(amount, from.Currency), reference, Originator.Customer);

    public static TransferOrder Hold(
        AccountRegistration from, AccountRegistration to, long amount, DateTimeOffset expiresAt, Guid? id = null) =>
        Payment(from, to, amount, id) with { Kind = TransferKind.Hold, ExpiresAt = ToStored(expiresAt), Originator = Originator.Of(Desk) };

    /// <param name="amount">Null for all of it.</param>
    public static TransferOrder EndHold(TransferKind kind, TransferOrder hold, long? amount = null, Guid? id = null) => hold with
    {
        Id = new TransferId(id ?? Guid.CreateVersion7()),
        Kind = kind,
        Amount = hold.Amount with { Minor = amount ?? hold.Amount.Minor },
        RelatedId = hold.Id,
        ExpiresAt = null,
    };

    public static TransferOrder Linked(
        IReadOnlyList<(AccountRegistration From, AccountRegistration To, long Amount)> legs, Guid? id = null) =>
        Payment(legs[0].From, legs[0].To, legs[0].Amount, id) with
        {
            Kind = TransferKind.Bookkeeping,
            FurtherLegs = [.. legs.Skip(1).Select(leg => new FurtherLeg(leg.From.Id, leg.To.Id, new Money(leg.Amount, leg.From.Currency)))],
            Originator = Originator.Of(Desk),
        };

    public static TransferOrder Reversal(TransferOrder reversed)
    {
        var legs = LedgerRules.MirrorOf(reversed);
        return new TransferOrder(
            new TransferId(Guid.CreateVersion7()), TransferKind.Reversal, legs[0].DebitAccountId, legs[0].CreditAccountId,
            legs[0].Amount, "", Originator.Of(Desk))
        {
            FurtherLegs = [.. legs.Skip(1)],
            RelatedId = reversed.Id,
        };
    }

    /// <summary>The time in the microseconds that the database keeps.</summary>
    public static DateTimeOffset ToStored(DateTimeOffset time) =>
        time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond)).ToUniversalTime();

    /// <summary>Everything of an answer, in one text: two answers with the same text are the same to whoever asked.</summary>
    public static string WholeAnswer(Decision decision) => System.Text.Json.JsonSerializer.Serialize(decision);

    /// <summary>An account of the bank itself.</summary>
    public async Task<AccountRegistration> OwnAccountAsync(string number) =>
        (await Register.FindAsync([number], CancellationToken.None)).Values.Single();

    public async Task<AccountState> StateAsync(AccountRegistration account) =>
        (await Store.ReadAccountsAsync([account.Id], CancellationToken.None)).Single();

    /// <summary>With a second person, where one is needed.</summary>
    public async Task<Result<AccountState>> ChangeTermsAsync(
        AccountRegistration account, Func<AccountTerms, AccountTerms> change, string action = "change-terms")
    {
        var changed = await Accounts.ChangeTermsAsync(Desk, account, action, change, "urdhër", Time.GetUtcNow(), CancellationToken.None);
        if (changed.Refusal?.Reason != Reason.SecondPersonRequired)
            return changed;

        var before = AccountTerms.Of(await StateAsync(account));
        var wanted = change(before);
        var requested = before.Closed && !wanted.Closed
            ? await Approvals.RequestAsync(Desk, account, TermsAction.ReopenAccount, null, "urdhër", CancellationToken.None)
            : await Approvals.RequestAsync(
                Desk, account, TermsAction.SetOverdraftLimit, -wanted.FloorMinor, "urdhër", CancellationToken.None);
        Assert.True(requested.Succeeded, requested.Refusal?.ToString());
        var confirmed = await Approvals.ConfirmAsync(SecondDesk, requested.Value.Id, CancellationToken.None);
        return confirmed.Succeeded ? confirmed.Value.State : confirmed.Refusal;
    }

    public async Task<Decision> PostOneAsync(TransferOrder order, LedgerPoster? poster = null) =>
        (await (poster ?? Poster).PostAsync([order], CancellationToken.None)).Decisions.Single();

    /// <summary>Posts what must take place.</summary>
    public async Task<RecordedTransfer> BookAsync(TransferOrder order, LedgerPoster? poster = null)
    {
        var decision = await PostOneAsync(order, poster);
        Assert.True(decision.Refusal is null, $"{order.Kind}: {decision.Refusal}");
        return decision.Recorded!;
    }

    public async Task<IReadOnlyList<Decision>> PostAsync(IReadOnlyList<TransferOrder> orders, CancellationToken cancellationToken) =>
        (await Poster.PostAsync(orders, cancellationToken)).Decisions;

    /// <summary>Tells every inbox of all that was posted to its accounts.</summary>
    public async Task TellAllAsync()
    {
        var inboxes = InboxesOf(Database.Silo);
        await using var command = Database.Silo.CreateCommand("""
            select customer_number, account_id, sequence_number from bank.account where customer_number is not null and sequence_number > 0
            """);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var (source, last) = (new InboxSource(CustomerNumber.From(reader.GetInt32(0)), reader.GetInt64(1)), reader.GetInt64(2));
            var known = await inboxes.ReadPositionAsync(source);
            var news = await inboxes.ReadPostingsAsync(new InboxQuestion(source, known));
            await inboxes.WriteAsync(new InboxWrite(
                source, known, last,
                [.. news.Items.Select(posting => (
                    posting.Transaction.SequenceNumber, NotificationText.Of(posting.Transaction, posting.Account, news.Language)))]));
        }
    }

    public async Task AssertSoundAsync()
    {
        var report = await new LedgerVerifier(Database.Silo).VerifyAsync(CancellationToken.None);
        Assert.True(report.Violations.Count == 0, string.Join('\n', report.Violations));
    }
}
