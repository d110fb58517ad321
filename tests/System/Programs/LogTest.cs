using System.Text.RegularExpressions;
using BktSmart.Dev.Client;
using BktSmart.V1;

namespace BktSmart.Programs;

public sealed class LogTest(SharedBank shared)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Logs_AfterTheWholePathAndItsRefusals_HoldNoSecretAndNobodysNumbers()
    {
        var bank = shared.Bank;
        var person = TestBank.NewPerson();
        var customer = await bank.OpenAsync(100_00, person);
        var payee = await bank.OpenAsync();
        var enrolment = Phone.FnpIn(await customer.App.EnrolAsync(customer.Number, Stop))!;
        var signIn = Phone.FnpIn(await customer.App.SignInAsync(person.NationalId, Stop))!;
        var first = customer.App.Session!;
        var second = await customer.App.RefreshAsync(Stop);
        await customer.App.PayAsync(customer.Payment(payee, 10_00), Stop);
        await Refused.ByAsync(() => customer.App.PayAsync(customer.Payment(payee, 1_000_00), Stop));
        await Refused.ByAsync(() => customer.App.GetTransferAsync(payee.Account.Name, Stop));
        await Refused.ByAsync(() => customer.App.Accounts.GetAccountAsync(new GetAccountRequest { Name = payee.Account.Name }, cancellationToken: Stop).ResponseAsync);
        await customer.App.Phone.NextPushAsync(Stop);
        // A stolen refresh token is worth a line in the log, and the line must not hold it.
        var third = await customer.App.RefreshAsync(Stop);
        var door = new AuthenticationService.AuthenticationServiceClient(bank.Client.As(null));
        await Refused.ByAsync(() => door.RefreshSessionAsync(new RefreshSessionRequest { RefreshToken = first.RefreshToken }, cancellationToken: Stop).ResponseAsync);

        var logs = await ReadAsync(bank);
        Dictionary<string, string> secrets = new()
        {
            ["the FNP of enrolment"] = enrolment,
            ["the FNP of sign-in"] = signIn,
            ["the password"] = person.Password,
            ["the card number"] = person.CardNumber,
            ["the NID"] = person.NationalId,
            ["the customer number"] = customer.Number,
            ["the phone number"] = person.PhoneNumber[1..],
            ["the payer's IBAN"] = customer.Account.Iban,
            ["the payee's IBAN"] = payee.Account.Iban,
            ["an access token"] = first.AccessToken,
            ["the next access token"] = second.AccessToken,
            ["a refresh token"] = first.RefreshToken,
            ["the next refresh token"] = second.RefreshToken,
            ["the last refresh token"] = third.RefreshToken,
            ["the push token"] = Devices.Of(person).PushToken,
        };
        // Whole words: six digits may be part of any number.
        var found = secrets.Where(secret => Regex.IsMatch(logs, $"(?<![0-9A-Za-z]){Regex.Escape(secret.Value)}(?![0-9A-Za-z])")).Select(secret => secret.Key);
        Assert.True(!found.Any(), $"{string.Join(", ", found)} in: {string.Join('\n', logs.Split('\n').Where(line => secrets.Values.Any(line.Contains)))}");
    }

    private static async Task<string> ReadAsync(TestBank bank)
    {
        var texts = new List<string>();
        foreach (var path in bank.Logs.Where(path => !path.EndsWith("postgres.log", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            texts.Add(await reader.ReadToEndAsync(Stop));
        }

        Assert.Equal(2, texts.Count);
        return string.Join('\n', texts);
    }
}
