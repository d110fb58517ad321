using BktSmart.Tests.Infrastructure;

namespace BktSmart.Faults;

/// <summary>Two silos, which reach the database through a network that can swallow their connections, and two nodes of the API.</summary>
public sealed class FaultRunBank() : BalancedBank("run", silos: 2)
{
    private SilentProxy? _network;

    internal SilentProxy Network => _network ?? throw new InvalidOperationException("The bank is not started.");

    /// <summary>Customers stay signed in for five minutes without a refresh.</summary>
    internal Task RefreshSessionsAsync() => Task.WhenAll(
        Accounts.Select(account => account.App).Distinct().Select(app => app.RefreshAsync(TestContext.Current.CancellationToken)));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_network is not null)
            await _network.DisposeAsync();
    }

    protected override async Task<TestBank> StartFirstNodeAsync()
    {
        var bank = await TestBank.StartAsync("run", silos: 2, ownServer: true, route: connectionString =>
        {
            _network = new SilentProxy(connectionString);
            return _network.ConnectionString;
        });
        ExpectFaults(bank);
        return bank;
    }
}
