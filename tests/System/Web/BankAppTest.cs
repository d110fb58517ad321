using BktSmart.Dev;
using BktSmart.Dev.Client;
using Grpc.Net.Client;

namespace BktSmart.Web;

/// <summary>The C# of docs/app-developers.md.</summary>
public sealed class BankAppTest(SharedBank shared)
{
    [Fact]
    public async Task App_SignsInAndPays()
    {
        var (payer, payee) = (await shared.Bank.OpenAsync(100_00), await shared.Bank.OpenAsync());
        await payer.App.EnrolAsync(payer.Number, TestContext.Current.CancellationToken);
        using var channel = GrpcChannel.ForAddress(shared.Bank.Bank.Address.Customers);
        var app = new BankApp(channel, "en");
        await app.SignInAsync(payer.Number, payer.Person.Password, Devices.Of(payer.Person), FnpAsync);
        var paid = await app.PayAsync(payer.Payment(payee, 30_00), payer.Person.DeviceId.ToString(), FnpAsync);
        Assert.Equal(70_00, paid.BalanceAfter.MinorUnits);

        async Task<string> FnpAsync() => Phone.FnpIn(await payer.App.Phone.NextSmsAsync(TestContext.Current.CancellationToken))!;
    }

    [Fact]
    public async Task Page_ShowsTheAppThatIsTestedHere()
    {
        const string Begin = "public sealed class BankApp";
        var stop = TestContext.Current.CancellationToken;
        var code = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "tests", "System", "Web", "BankApp.cs"), stop);
        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "app-developers.md"), stop);
        Assert.Contains(code[code.IndexOf(Begin, StringComparison.Ordinal)..], page, StringComparison.Ordinal);
    }
}
