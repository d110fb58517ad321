using System.Diagnostics;
using BktSmart.Accounts;
using BktSmart.Ledger;
using BktSmart.Time;
using Npgsql;

namespace BktSmart.Tests.Rules.Ledger.Simulation;

/// <summary>
/// The ledger's database as far as its promises go: transactions at read committed with row locks, unique ids, one settlement of each
/// transfer, the version fence, the business date, and the constraints of the tables. Each commit is replayed in a naive model at once, so
/// the order of commits is the serial order that everything is compared with.
/// </summary>
internal sealed class SimulatedDatabase
{
    private const long LockTimeoutMicroseconds = 60_000;

    /// <summary>The database's clock runs faster, so that holds expire within a simulation.</summary>
    private const int ClockSpeed = 400;

    private readonly World _world;
    private readonly LedgerModel _model;
    private readonly Dictionary<long, AccountState> _accounts;
    private readonly Dictionary<TransferId, RecordedTransfer> _transfers = [];
    private readonly Dictionary<TransferId, TransferKind> _settled = [];
    private readonly Dictionary<long, Transaction> _rowLocks = [];
    private readonly Dictionary<TransferId, Transaction> _idLocks = [];
    private readonly Dictionary<TransferId, Transaction> _settlementLocks = [];
    private readonly Dictionary<(int Chain, long Number), Transaction> _chainLocks = [];
    private readonly Dictionary<int, long> _chainHeads = [];
    private readonly Dictionary<Currency, decimal> _totals;
    private readonly HashSet<Transaction> _open = [];
    private DateOnly _businessDate = TestLedger.BusinessDate;
    private int _chains;
    private uint _transactions;

    /// <summary>Who changes the business date, or waits to.</summary>
    private Transaction? _dateChange;

    public SimulatedDatabase(World world, IReadOnlyList<AccountState> accounts, PaymentOptions payments)
    {
        _world = world;
        _accounts = accounts.ToDictionary(account => account.Id);
        _model = new LedgerModel(accounts.Select(account => TestLedger.ToModel(account)), payments);
        _totals = Currency.All.ToDictionary(currency => currency, _model.Total);
    }

    public LedgerModel Model => _model;

    public DateTimeOffset Now => TestLedger.Morning.AddMicroseconds(ClockSpeed * _world.NowMicroseconds);

    public int Commits { get; private set; }

    /// <summary>Called in the order of commits, after each transfer, and with null after each other change.</summary>
    public Action<RecordedTransfer?>? Changed { get; set; }

    public IReadOnlyCollection<Transaction> Open => _open;

    public AccountState Row(long id) => _accounts[id];

    public RecordedTransfer? Find(TransferId id) => _transfers.GetValueOrDefault(id);

    public IReadOnlyList<HeldAccount> Held(IEnumerable<long> ids) =>
        [.. ids.Where(_rowLocks.ContainsKey).Select(id => new HeldAccount(id, _rowLocks[id].Number, _rowLocks[id].Owner))];

    public int OpenChain() => ++_chains;

    public IReadOnlyList<AccountState> Read(IReadOnlyList<long> ids) =>
        [.. ids.Select(id => _accounts[id] with { SeenAt = Stopwatch.GetTimestamp() })];

    public IReadOnlyList<TransferOrder> ExpiredHolds() =>
        [
            .. _transfers.Values
                .Where(transfer => transfer is { Refusal: null, Order.Kind: TransferKind.Hold }
                    && transfer.Order.ExpiresAt <= Now
                    && !_settled.ContainsKey(transfer.Id))
                .Select(transfer => transfer.Order)
                .Take(5),
        ];

    public Transaction Begin(string owner)
    {
        var transaction = new Transaction(this, owner, ++_transactions);
        _open.Add(transaction);
        return transaction;
    }

    /// <summary>Changes what an account may do.</summary>
    /// <param name="change">Null to leave it.</param>
    public async Task ChangeAsync(long id, Func<AccountState, AccountState?> change)
    {
        var transaction = Begin("terms");
        try
        {
            var state = (await transaction.LockAsync([id]))[0];
            await _world.SomeTimeAsync(3_000);
            if (change(state) is { } changed)
                transaction.Change(changed);
            transaction.Commit();
        }
        catch (PostgresException)
        {
            transaction.Rollback();
        }
    }

    public async Task ChangeBusinessDateAsync()
    {
        var transaction = Begin("date");
        _dateChange = transaction;
        // New batches wait behind this; those that are under way end first.
        while (_open.FirstOrDefault(other => other.KeepsDate) is { } other)
            await other.EndOrAsync(LockTimeoutMicroseconds);
        transaction.ChangeDate(_businessDate.AddDays(1));
        await _world.SomeTimeAsync(5_000);
        transaction.Commit();
        _dateChange = null;
    }

    private static PostgresException Error(string sqlState, string text, string? constraint = null) =>
        new(text, "ERROR", "ERROR", sqlState, constraintName: constraint);

    /// <summary>What one session does between begin and end. Nothing of it is seen before the commit.</summary>
    public sealed class Transaction(SimulatedDatabase database, string owner, uint number)
    {
        private readonly List<TaskCompletionSource> _waiters = [];
        private readonly World _world = database._world;
        private LedgerWrite? _write;
        private long _number;
        private DateTimeOffset _bookedAt;
        private DateTimeOffset _decidedAt;
        private AccountState? _changed;
        private DateOnly? _date;

        public string Owner { get; } = owner;

        public uint Number { get; } = number;

        public bool KeepsDate { get; private set; }

        public bool HasEnded { get; private set; }

        public async Task<IReadOnlyList<AccountState>> LockAsync(IEnumerable<long> ids)
        {
            await KeepDateAsync();
            var rows = new List<AccountState>();
            foreach (var id in ids.Order())
            {
                await AcquireAsync(database._rowLocks, id);
                rows.Add(database._accounts[id] with { SeenAt = Stopwatch.GetTimestamp() });
            }

            return rows;
        }

        public LedgerRecord ReadRecord(IReadOnlyList<TransferOrder> orders)
        {
            var related = orders.Where(order => order.RelatedId is not null).Select(order => order.RelatedId!.Value).ToHashSet();
            _decidedAt = database.Now;
            return new LedgerRecord(
                orders.Select(order => order.Id)
                    .Concat(related)
                    .Distinct()
                    .Where(database._transfers.ContainsKey)
                    .ToDictionary(id => id, id => database._transfers[id] with { }),
                related.Where(database._settled.ContainsKey).ToDictionary(id => id, id => database._settled[id]),
                _decidedAt,
                database._businessDate,
                BankTime.DateOf(_decidedAt));
        }

        /// <summary>As <c>bank.post_batch</c> does, in its order.</summary>
        public async Task<DateTimeOffset> PostAsync(LedgerWrite write)
        {
            await KeepDateAsync();
            if (database._businessDate != write.BusinessDate)
                throw Fenced(LedgerFence.BusinessDateChanged);
            // Read before anything is locked: an attempt whose fate is not known may be about to take the same place.
            _number = database._chainHeads.GetValueOrDefault(write.Chain) + 1;
            foreach (var account in write.Accounts)
            {
                await AcquireAsync(database._rowLocks, account.Id);
                if (database._accounts[account.Id].Version != account.Before.Version)
                    throw Fenced(LedgerFence.AccountChanged);
            }

            if (database.Now >= write.LastMoment)
                throw Fenced(LedgerFence.OrderTooLate);
            await AcquireAsync(database._chainLocks, (write.Chain, _number));
            if (database._chainHeads.GetValueOrDefault(write.Chain) >= _number)
            {
                _world.Count("two batches at one place of a chain");
                throw Error("23505", "duplicate key", "one_place_in_chain");
            }

            foreach (var transfer in write.Transfers)
            {
                if (transfer.Order.Reference.Length > TransferCommand.ReferenceLengthMax)
                    throw Error("23514", "the reference is too long");
                await AcquireAsync(database._idLocks, transfer.Id);
                if (database._transfers.ContainsKey(transfer.Id))
                    throw Fenced(LedgerFence.TransferDecided);
                if (!transfer.Settles)
                    continue;
                await AcquireAsync(database._settlementLocks, transfer.Order.RelatedId!.Value);
                if (database._settled.ContainsKey(transfer.Order.RelatedId.Value))
                    throw Error("23505", "duplicate key", "settled_once");
            }

            foreach (var account in write.Accounts)
            {
                _world.Require(account.HeldMinor >= 0, $"{Owner} writes {account.HeldMinor} held on account {account.Id}");
                _world.Require(
                    account.Before.FloorMinor is not { } floor || account.AvailableMinor >= floor,
                    $"{Owner} writes account {account.Id} below its floor: {account.Standing}");
            }

            _write = write;
            return _bookedAt = new[]
            {
                database.Now,
                new DateTimeOffset(write.Accounts.Max(account => account.Before.BookedAt), TimeSpan.Zero),
            }.Max();
        }

        public void Change(AccountState changed) => _changed = changed;

        public void ChangeDate(DateOnly date) => _date = date;

        public void Commit()
        {
            if (HasEnded)
                throw Error("25P02", "the transaction has ended");
            if (_changed is { } changed)
            {
                // The row is locked since it was read.
                database._accounts[changed.Id] = changed with { Version = changed.Version + 1 };
                database._model[changed.Id] = database._model[changed.Id] with
                {
                    Floor = changed.FloorMinor, Freeze = changed.Freeze, Closed = changed.Closed,
                    Limits = changed.Limits, Trusted = changed.TrustedPayees, RiskUntil = changed.RiskRaisedUntil,
                };
                _world.Trace(
                    $"{Owner}: account {changed.Id} {AccountTerms.Of(changed)} {changed.Limits} {string.Join(' ', changed.TrustedPayees)}");
                _world.Count("terms changed");
            }

            if (_date is { } date)
            {
                database._businessDate = date;
                _world.Trace($"{Owner}: {date:O}");
                _world.Count("date changed");
            }

            if (_write is not null)
            {
                _world.Require(
                    database._chainHeads.GetValueOrDefault(_write.Chain) + 1 == _number,
                    $"{Owner} writes batch {_number} of chain {_write.Chain} out of turn");
                database._chainHeads[_write.Chain] = _number;
                database.Apply(this, _write, _bookedAt, _decidedAt);
            }

            End();
            database.Changed?.Invoke(null);
        }

        public void Rollback()
        {
            if (!HasEnded)
                End();
        }

        public Task EndOrAsync(long microseconds)
        {
            var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add(waiter);
            _world.After(microseconds, () => waiter.TrySetResult());
            return waiter.Task;
        }

        private async Task KeepDateAsync()
        {
            var until = _world.NowMicroseconds + LockTimeoutMicroseconds;
            while (!KeepsDate && database._dateChange is { HasEnded: false } change)
                await WaitAsync(change, until);
            KeepsDate = true;
        }

        private async Task AcquireAsync<TKey>(Dictionary<TKey, Transaction> locks, TKey key)
            where TKey : notnull
        {
            var until = _world.NowMicroseconds + LockTimeoutMicroseconds;
            while (locks.TryGetValue(key, out var holder) && holder != this)
                await WaitAsync(holder, until);
            if (HasEnded)
                throw Error("57P01", "the connection is gone");
            locks[key] = this;
            // Others get their turn between any two locks.
            if (_world.Draw.Next(4) == 0)
                await _world.SomeTimeAsync(300);
        }

        private async Task WaitAsync(Transaction holder, long until)
        {
            if (_world.NowMicroseconds >= until)
            {
                _world.Count("lock time-out");
                throw Error("55P03", "lock timeout");
            }

            _world.Count("waited for a lock");
            await holder.EndOrAsync(until - _world.NowMicroseconds);
        }

        private LedgerFenceException Fenced(LedgerFence fence)
        {
            _world.Trace($"{Owner}: {fence}");
            _world.Count($"fence: {fence}");
            return new LedgerFenceException(fence);
        }

        private void End()
        {
            HasEnded = true;
            database._open.Remove(this);
            Release(database._rowLocks);
            Release(database._idLocks);
            Release(database._settlementLocks);
            Release(database._chainLocks);
            foreach (var waiter in _waiters)
                waiter.TrySetResult();
        }

        private void Release<TKey>(Dictionary<TKey, Transaction> locks)
            where TKey : notnull
        {
            foreach (var key in locks.Where(held => held.Value == this).Select(held => held.Key).ToArray())
                locks.Remove(key);
        }
    }

    private void Apply(Transaction transaction, LedgerWrite write, DateTimeOffset bookedAt, DateTimeOffset decidedAt)
    {
        Commits++;
        _world.Count("commit");
        _world.Trace(
            $"{transaction.Owner} commits {write.Transfers.Count}: {string.Join(
                ' ', write.Transfers.Select(transfer => $"{Short(transfer.Id)} {transfer.Refusal}"))}");
        _world.Require(
            write.Transfers.All(transfer => transfer.BusinessDate == _businessDate),
            $"{transaction.Owner} books on another business date than {_businessDate:O}");
        foreach (var account in write.Accounts)
        {
            _accounts[account.Id] = _accounts[account.Id] with
            {
                BalanceMinor = account.BalanceMinor,
                HeldMinor = account.HeldMinor,
                SequenceNumber = account.SequenceNumber,
                Paid = account.Paid,
                Version = _accounts[account.Id].Version + 1,
                BookedAt = bookedAt.UtcDateTime,
            };
        }

        foreach (var transfer in write.Transfers)
        {
            _world.Require(!_model.Knows(transfer.Id), $"{transfer.Id} is decided twice");
            var expected = _model.Post(transfer.Order, decidedAt);
            if (TestLedger.Difference(expected, transfer) is { } difference)
                _world.Fail($"{transaction.Owner} {difference}, the order of commits gives {expected}");
            if (!expected.IsRecorded)
                _world.Fail($"{transaction.Owner} wrote {transfer.Id}, which {expected}");
            _transfers.TryAdd(transfer.Id, transfer with { BookedAt = bookedAt });
            if (transfer.Settles)
                _world.Require(
                    _settled.TryAdd(transfer.Order.RelatedId!.Value, transfer.Order.Kind), $"{transfer.Order.RelatedId} is settled twice");
            Changed?.Invoke(transfer);
        }

        foreach (var account in write.Accounts)
        {
            var (row, expected) = (_accounts[account.Id], _model[account.Id]);
            _world.Require(
                row.BalanceMinor == expected.Balance && row.HeldMinor == _model.Held(row.Id) && row.SequenceNumber == expected.Sequence,
                $"account {row.Id} stands at {account.Standing}, the order of commits gives {expected}, held {_model.Held(row.Id)}");
            _world.Require(
                row.FloorMinor is not { } floor || row.BalanceMinor - (decimal)row.HeldMinor >= floor,
                $"account {row.Id} is below its floor");
        }

        foreach (var (currency, total) in _totals)
            _world.Require(
                _accounts.Values.Where(account => account.Currency == currency).Sum(account => (decimal)account.BalanceMinor) == total,
                $"the total of {currency} changed");
    }

    public static string Short(TransferId id) => id.Value.ToString("N")[..8];
}
