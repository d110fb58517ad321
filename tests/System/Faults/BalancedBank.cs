using BktSmart.Dev.Client;
using BktSmart.Dev.Processes;

namespace BktSmart.Faults;

/// <summary>A bank with two nodes of the API, whose clients come through a balancer over both, as behind a proxy in production.</summary>
public abstract class BalancedBank(string name, int silos) : FaultBank(name, silos)
{
    private Balancer? _balancer;

    /// <summary>The nodes of the API.</summary>
    internal IReadOnlyList<(SupervisedProcess Process, ApiAddress Address)> Apis { get; private set; } = [];

    internal Balancer Balancer => _balancer ?? throw new InvalidOperationException("The bank is not started.");

    /// <summary>A desk whose calls go to any node.</summary>
    internal OperationsDesk Operations => Balancer.Client.Operations(Bank.Bank.Staff.Issue("operator", ["operations"]));

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _balancer?.Dispose();
        await base.DisposeAsync();
    }

    protected sealed override async Task<TestBank> StartAsync()
    {
        var bank = await StartFirstNodeAsync();
        ApiAddress[] addresses = [bank.Bank.Address, await bank.Bank.AddApiAsync(TestContext.Current.CancellationToken)];
        Apis = [.. bank.Bank.Apis.Zip(addresses)];
        _balancer = new Balancer(addresses);
        return bank;
    }

    /// <summary>Starts the bank with one node of the API.</summary>
    protected abstract Task<TestBank> StartFirstNodeAsync();

    protected sealed override BankClient ClientOf(TestBank bank) => Balancer.Client;
}
