using BktSmart.Dev.Client;
using Grpc.Core;
using static Grpc.Core.StatusCode;

namespace BktSmart.Faults;

/// <summary>A bank whose processes are killed: five customers with two accounts each, and a PostgreSQL server of its own.</summary>
public class FaultBank(string name, int silos) : IAsyncLifetime
{
    public const long DepositMinorUnits = 1_000_00;
    private const int CustomersCount = 5;
    private const int SetUpAttemptsMax = 3;

    private TestBank? _bank;

    public TestBank Bank => _bank ?? throw new InvalidOperationException("The bank is not started.");

    /// <summary>The accounts and who may pay from them.</summary>
    internal IReadOnlyList<TestCustomer> Accounts { get; private set; } = [];

    public async ValueTask InitializeAsync()
    {
        _bank = await StartAsync();
        try
        {
            Accounts = [.. (await Task.WhenAll(Enumerable.Range(0, CustomersCount).Select(_ => EnterAsync())))
                .SelectMany(accounts => accounts)];
        }
        catch (Exception exception)
        {
            var complaints = await _bank.ReadComplaintsAsync();
            await _bank.EndAsync();
            _bank = null;
            throw new InvalidOperationException($"The customers could not be set up. The programs said:\n{complaints}", exception);
        }
    }

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _bank?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    protected virtual async Task<TestBank> StartAsync()
    {
        var bank = await TestBank.StartAsync(name, silos, ownServer: true);
        // The faults make a database fail under a silo, and one silo under another.
        bank.ExpectErrors("Npgsql.");
        bank.ExpectErrors("Orleans.");
        bank.ExpectErrors("An event of the ledger could not be delivered");
        return bank;
    }

    /// <summary>Through which nodes of the API the customers come.</summary>
    protected virtual BankClient ClientOf(TestBank bank) => bank.Client;

    /// <summary>
    /// A new customer with two accounts. The first calls reach processes that have just started: who gets no answer then is left
    /// alone, and another customer comes in his place.
    /// </summary>
    private async Task<TestCustomer[]> EnterAsync(int attempt = 1)
    {
        try
        {
            var customer = await Bank.EnterAsync(DepositMinorUnits, client: ClientOf(Bank));
            var second = await Bank.Desk.OpenAccountAsync(customer.Customer.Name);
            await Bank.Desk.DepositCashAsync(second.Name, Amounts.All(DepositMinorUnits));
            return [customer, customer with { Account = second }];
        }
        catch (RpcException exception) when (
            attempt < SetUpAttemptsMax && exception.StatusCode is (Unavailable or DeadlineExceeded or Unknown))
        {
            return await EnterAsync(attempt + 1);
        }
    }
}

public sealed class SingleSilo() : FaultBank("faults", silos: 1);

public sealed class TwoSilos() : FaultBank("cluster", silos: 2);

/// <summary>
/// Tests that break or replace processes, one after the other: each keeps the processors busy with programs that start.
/// </summary>
[CollectionDefinition]
public sealed class OneAtATime;
