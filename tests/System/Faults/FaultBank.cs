using System.Diagnostics;
using BktSmart.Dev.Bank;
using BktSmart.Dev.Client;
using Grpc.Core;
using Npgsql;
using static System.FormattableString;
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

    /// <summary>The silo that booked the last batches; null if it was not one alone.</summary>
    internal async Task<LocalSilo?> LeaderAsync()
    {
        var booked = await Bank.ReadAsync<string>("""
            select string_agg(distinct silo, ' ')
              from (select silo from bank.batch join bank.chain using (chain) order by batch_id desc limit 20) as last
            """);
        return booked.Contains(' ', StringComparison.Ordinal)
            ? null
            : Bank.Bank.Silos.Single(silo => booked.Contains(Invariant($":{silo.SiloPort}@"), StringComparison.Ordinal));
    }

    /// <summary>Cuts connections wherever a transaction of the ledger happens to be, also in its commit.</summary>
    /// <param name="time">For at least so long.</param>
    /// <param name="cutsMin">And so many.</param>
    internal async Task CutBookingsAsync(Traffic traffic, TimeSpan time, int cutsMin, TimeSpan patience)
    {
        await using var admin = NpgsqlDataSource.Create(Bank.Server!.AdminConnectionString);
        await using var cut = admin.CreateCommand("""
            select count(pg_terminate_backend(pid))::integer
              from pg_stat_activity
             where query ilike '%post_batch%'
               and state <> 'idle'
               and pid <> pg_backend_pid()
            """);
        var watch = Stopwatch.StartNew();
        for (var cuts = 0; cuts < cutsMin || watch.Elapsed < time;)
        {
            var settled = traffic.Settled;
            var now = (int)(await cut.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
            cuts += now;
            // A cut for every bit of progress, so that the bank is not held up for ever.
            if (now > 0)
                await Eventually.AtLeastAsync(settled + 1, () => traffic.Settled, "transfers that are settled", patience);
        }
    }

    /// <summary>An operator in the middle of a repair.</summary>
    /// <returns>Keeps the row of the account locked until it is disposed.</returns>
    internal async Task<IAsyncDisposable> LockAsync(TestCustomer account)
    {
        var operators = await Bank.Sql.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await operators.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using var hold = new NpgsqlCommand("select from bank.account where account_number = $1 for update", operators);
        hold.Parameters.Add(new() { Value = account.Account.Iban });
        await hold.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return operators;
    }

    protected virtual async Task<TestBank> StartAsync()
    {
        var bank = await TestBank.StartAsync(name, silos, ownServer: true);
        ExpectFaults(bank);
        return bank;
    }

    /// <summary>The faults make a database fail under a silo, and one silo under another.</summary>
    protected static void ExpectFaults(TestBank bank)
    {
        bank.ExpectErrors("Npgsql.");
        bank.ExpectErrors("Orleans.");
        bank.ExpectErrors("An event could not be delivered to its inbox");
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
