using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>Somebody keeps the row of an account locked, and everybody else goes on.</summary>
public sealed class HeldAccountsTest(TestServer server)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task PostAsync_RowsHeldByAnOperator_OthersAreBookedAndThoseOrdersAreRefused(int held)
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var accounts = new List<AccountRegistration>();
        for (var i = 0; i < 6; i++)
            accounts.Add(await bank.OpenAccountAsync(1_000));
        await using var writer = new RunningWriter(bank, new LedgerOptions { HeldAccountInterval = TimeSpan.FromMilliseconds(50) });
        await using (await HoldAsync(bank, [.. accounts.Take(held)]))
        {
            // In one batch or in several: who pays from or to such an account is refused, and nobody else is.
            for (var round = 0; round < 3; round++)
            {
                var orders = (
                    from payer in accounts
                    from payee in accounts
                    where payer != payee
                    select Bank.Payment(payer, payee, 1)).ToArray();
                var decisions = await Task.WhenAll(orders.Select(writer.Writer.PostAsync)).WaitAsync(Patience);
                Assert.All(orders.Zip(decisions), one => Assert.Equal(
                    accounts.FindIndex(account => account.Id == one.First.DebitAccountId) < held
                    || accounts.FindIndex(account => account.Id == one.First.CreditAccountId) < held
                        ? Reason.AccountBusy
                        : null,
                    one.Second.Refusal?.Reason));
            }
        }

        // Under the same id it is booked as soon as the row is free.
        var again = Bank.Payment(accounts[0], accounts[1], 1);
        while ((await writer.Writer.PostAsync(again)).Refusal is { } refusal)
            Assert.Equal(Reason.AccountBusy, refusal.Reason);
        await bank.AssertSoundAsync();
    }

    /// <summary>Only the locks of the long way tell what an earlier attempt has done, and they cannot be had.</summary>
    [Fact]
    public async Task PostAsync_FateUnknownAndARowHeld_StaysUnknownForThatOrderAlone()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (from, to) = (await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync(1_000));
        var (other, another) = (await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync());
        var broken = new AnswersLost(bank.Store);
        await using var writer = new RunningWriter(
            bank, new LedgerOptions { RetryDelay = TimeSpan.FromMilliseconds(1) },
            new LedgerPoster(broken, Bank.NewCache(), TimeProvider.System, TestPayments.Free), start: false);
        NpgsqlConnection? operators = null;
        // The batch is committed, its answer is lost, and then somebody takes the row.
        broken.AfterCommit = async () => operators = await HoldAsync(bank, [from]);
        var (one, two) = (Bank.Payment(from, to, 1), Bank.Payment(other, another, 1));
        var posting = (writer.Writer.PostAsync(one), writer.Writer.PostAsync(two));
        await writer.StartAsync();
        Assert.Equal(Reason.OutcomeUnknown, (await posting.Item1.WaitAsync(Patience)).Refusal?.Reason);
        Assert.Null((await posting.Item2.WaitAsync(Patience)).Refusal);
        await operators!.DisposeAsync();
        Decision settled;
        do
            settled = await writer.Writer.PostAsync(one with { Terms = new OrderTerms(DateTimeOffset.MaxValue, SettleOnly: true) });
        while (settled.Refusal?.Reason == Reason.AccountBusy);
        Assert.Null(settled.Refusal);
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task SetAsideAsync_LocksThatOtherBatchesTakeInPassing_AreNotSetAside()
    {
        var database = new PassingLocks();
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };
        var held = new HeldAccounts(
            database, Options.Create(new LedgerOptions()), time, TestLog.Current.CreateLogger<HeldAccounts>());
        var looking = held.SetAsideAsync([1, 2, 3], CancellationToken.None);
        while (!looking.IsCompleted)
            time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await looking);
        var orders = Enumerable.Range(1, 3).Select(
            id => new TransferOrder(default, TransferKind.Payment, id, null, new Money(1, Bank.All), "", Originator.Customer));
        Assert.Equal([false, false, true], orders.Select(held.Has));
    }

    [Fact]
    public async Task PostAsync_ReadOnlyDatabase_SaysOnceForAllThatNothingWasWritten()
    {
        TestLog.Current.Expect("Gave up on a batch of 20 transfers");
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (from, to) = (await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync());
        var settings = new NpgsqlConnectionStringBuilder(bank.Database.SiloConnectionString)
        {
            Options = "-c default_transaction_read_only=on",
            SearchPath = "bank",
        };
        await using var readOnly = new NpgsqlDataSourceBuilder(settings.ConnectionString).MapLedgerTypes().Build();
        await using var store = new LedgerStore(readOnly, new LedgerIdentity("standby"), Options.Create(new LedgerOptions()));
        await using var writer = new RunningWriter(
            bank, new LedgerOptions(), new LedgerPoster(store, Bank.NewCache(), TimeProvider.System, TestPayments.Free), start: false);
        var posting = Enumerable.Range(0, 20).Select(_ => writer.Writer.PostAsync(Bank.Payment(from, to, 1))).ToArray();
        await writer.StartAsync();
        Assert.All(await Task.WhenAll(posting), decision => Assert.Equal(Reason.Unavailable, decision.Refusal?.Reason));
    }

    /// <summary>A transaction that holds rows until it is disposed of.</summary>
    private static async Task<NpgsqlConnection> HoldAsync(Bank bank, AccountRegistration[] accounts)
    {
        var connection = await bank.Database.Owner.OpenConnectionAsync();
        await using var hold = new NpgsqlCommand(
            "set application_name = 'repair'; begin; select from bank.account "
            + $"where account_id in ({string.Join(", ", accounts.Select(account => account.Id))}) for update",
            connection);
        await hold.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>Accounts 1 to 3 are locked at each look; only the third by the same transaction.</summary>
    private sealed class PassingLocks : ILedgerDatabase
    {
        private uint _transaction = 100;

        public Task<IReadOnlyList<HeldAccount>> ListHeldAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken)
        {
            _transaction++;
            return Task.FromResult<IReadOnlyList<HeldAccount>>(
                [new(1, _transaction, ""), new(2, _transaction, ""), new(3, 7, "'repair' (process 1)")]);
        }

        public Task<IReadOnlyList<AccountState>> ReadAccountsAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<IReadOnlyCollection<RecordedTransfer>> FindAsync(
            IReadOnlyCollection<TransferId> ids, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<int> OpenChainAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<DateTimeOffset> PostAsync(LedgerWrite write, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ILedgerTransaction> BeginAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
