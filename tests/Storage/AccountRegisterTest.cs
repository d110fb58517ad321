using BktSmart.Tests.Infrastructure;

namespace BktSmart.Tests.Storage;

public sealed class AccountRegisterTest(TestServer server)
{
    [Fact]
    public async Task OpenAsync_SameRequestAgain_IsOneAccountAndOtherContentIsRefused()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var customer = await bank.OpenCustomerAsync();
        var request = Guid.NewGuid();
        var opened = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => bank.Register.OpenAsync(
            Bank.Teller, request, customer, "205", "1100", Bank.All, DateTimeOffset.UnixEpoch, CancellationToken.None)));
        Assert.Single(opened.Select(result => result.Value!.Iban).Distinct());
        Assert.Equal(Reason.RequestIdReused, (await bank.Register.OpenAsync(
            Bank.Teller, request, customer, "205", "1101", Bank.All, DateTimeOffset.UnixEpoch, CancellationToken.None)).Refusal?.Reason);
    }
}
