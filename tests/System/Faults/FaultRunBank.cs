using BktSmart.Dev.Client;
using BktSmart.Tests.Infrastructure;
using Grpc.Core;

namespace BktSmart.Faults;

/// <summary>Two silos, which reach the database through a network that can swallow their connections, and two nodes of the API.</summary>
public sealed class FaultRunBank() : BalancedBank("run", silos: 2)
{
    private const int RefreshAttemptsMax = 5;
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RefreshDelay = TimeSpan.FromMilliseconds(100);

    private SilentProxy? _network;

    internal SilentProxy Network => _network ?? throw new InvalidOperationException("The bank is not started.");

    /// <summary>Customers stay signed in for five minutes without a refresh.</summary>
    internal Task RefreshSessionsAsync() => Task.WhenAll(Accounts.Select(account => account.App).Distinct().Select(RefreshAsync));

    /// <summary>For work that takes longer than an access token lasts.</summary>
    internal async Task WhileSignedInAsync(Func<Task> work)
    {
        using var done = new CancellationTokenSource();
        var refreshing = RefreshUntilAsync(done.Token);
        try
        {
            await work();
        }
        finally
        {
            await done.CancelAsync();
            await refreshing;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_network is not null)
            await _network.DisposeAsync();
    }

    protected override async Task<TestBank> StartFirstNodeAsync()
    {
        var bank = await TestBank.StartAsync("run", silos: 2, ownServer: true, settings: DueOrders.Settings, route: connectionString =>
        {
            _network = new SilentProxy(connectionString);
            return _network.ConnectionString;
        });
        ExpectFaults(bank);
        return bank;
    }

    private async Task RefreshUntilAsync(CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            await RefreshSessionsAsync();
            await Task.Delay(RefreshInterval, done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>As a good app does, which repeats what got no answer.</summary>
    private static async Task RefreshAsync(CustomerApp app)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await app.RefreshAsync(TestContext.Current.CancellationToken);
                return;
            }
            catch (RpcException exception) when (
                attempt < RefreshAttemptsMax && exception.StatusCode is (StatusCode.Unavailable or StatusCode.DeadlineExceeded))
            {
                await Task.Delay(RefreshDelay, TestContext.Current.CancellationToken);
            }
        }
    }
}
