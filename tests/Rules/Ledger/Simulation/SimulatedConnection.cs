using BktSmart.Authentication;
using BktSmart.Ledger;
using Npgsql;

namespace BktSmart.Tests.Rules.Ledger.Simulation;

/// <summary>
/// A silo's way to the database, and what goes wrong on it: a request is lost; its answer is; the caller hears of a broken connection
/// while the request is still on its way and takes place later; everything is slow. Of a silo that has died nothing returns, while what it
/// sent may still arrive.
/// </summary>
/// <param name="faultPercent">Of the calls.</param>
internal sealed class SimulatedConnection(World world, SimulatedDatabase database, string owner, Func<int> faultPercent) : ILedgerDatabase
{
    private readonly List<SimulatedDatabase.Transaction> _sessions = [];
    private bool _isDead;

    /// <summary>The process is gone; the server notices after a while.</summary>
    public void Die()
    {
        _isDead = true;
        foreach (var session in _sessions.Where(session => !session.HasEnded))
            world.After(world.Draw.Next(100_000), session.Rollback);
    }

    public Task<IReadOnlyList<AccountState>> ReadAccountsAsync(IReadOnlyList<long> ids, CancellationToken cancellationToken) =>
        CallAsync("read", () => Task.FromResult(database.Read(ids)), null);

    public Task<IReadOnlyCollection<RecordedTransfer>> FindAsync(
        IReadOnlyCollection<TransferId> ids, CancellationToken cancellationToken) =>
        CallAsync<IReadOnlyCollection<RecordedTransfer>>(
            "find", () => Task.FromResult<IReadOnlyCollection<RecordedTransfer>>([.. ids.Select(database.Find).OfType<RecordedTransfer>()]),
            null);

    public Task<IReadOnlyList<HeldAccount>> ListHeldAsync(IReadOnlyCollection<long> ids, CancellationToken cancellationToken) =>
        CallAsync("list held", () => Task.FromResult(database.Held(ids)), null);

    public Task<int> OpenChainAsync(CancellationToken cancellationToken) =>
        CallAsync("chain", () => Task.FromResult(database.OpenChain()), null);

    public Task<DateTimeOffset> PostAsync(LedgerWrite write, CancellationToken cancellationToken) => CallAsync(
        "post",
        async () =>
        {
            var session = database.Begin(owner);
            try
            {
                var bookedAt = await session.PostAsync(write);
                await world.SomeTimeAsync(1_000);
                session.Commit();
                return bookedAt;
            }
            finally
            {
                session.Rollback();
            }
        },
        null);

    public Task<ILedgerTransaction> BeginAsync(CancellationToken cancellationToken) => CallAsync<ILedgerTransaction>(
        "begin",
        () =>
        {
            var session = database.Begin(owner);
            _sessions.RemoveAll(old => old.HasEnded);
            _sessions.Add(session);
            return Task.FromResult<ILedgerTransaction>(new ClientTransaction(this, session));
        },
        null);

    private enum Fault
    {
        None,
        Slow,
        RequestLost,
        AnswerLost,
        TakesPlaceLater,
    }

    private Task<T> CallAsync<T>(string name, Func<Task<T>> call, SimulatedDatabase.Transaction? session)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var fault = world.Draw.Next(100) < faultPercent() ? (Fault)(1 + world.Draw.Next(4)) : Fault.None;
        if (fault != Fault.None)
        {
            world.Trace($"{owner} {name}: {fault}");
            world.Count($"{fault} of {(session is null ? name : name + " on locked rows")}");
        }

        world.Begin($"{owner} {name}", () => CallAsync(call, session, fault, answer));
        return answer.Task;
    }

    private async Task CallAsync<T>(Func<Task<T>> call, SimulatedDatabase.Transaction? session, Fault fault, TaskCompletionSource<T> answer)
    {
        await world.SomeTimeAsync(fault == Fault.Slow ? 90_000 : 800);
        if (fault is Fault.TakesPlaceLater)
        {
            Answer(() => answer.TrySetException(Broken()));
            await world.SomeTimeAsync(150_000);
        }

        if (fault != Fault.RequestLost && !(_isDead && world.Draw.Next(2) == 0))
        {
            try
            {
                var result = await call();
                // A transaction that was begun may be for somebody who never hears of it.
                if (result is ClientTransaction begun)
                    session = begun.Session;
                if (fault is Fault.None or Fault.Slow)
                {
                    await world.SomeTimeAsync(fault == Fault.Slow ? 90_000 : 800);
                    Answer(() => answer.TrySetResult(result));
                    if (!_isDead)
                        return;
                }
            }
            catch (Exception exception) when (exception is LedgerFenceException or PostgresException)
            {
                await world.SomeTimeAsync(800);
                if (exception is PostgresException)
                    world.Count("refused by the server");
                if (fault is Fault.None or Fault.Slow)
                {
                    Answer(() => answer.TrySetException(exception));
                    session?.Rollback();
                    return;
                }
            }
        }

        Answer(() => answer.TrySetException(Broken()));
        if (session is not null)
        {
            // The server holds the locks until it sees that the connection is broken.
            await world.SomeTimeAsync(100_000);
            session.Rollback();
        }

        void Answer(Action give)
        {
            if (!_isDead)
                give();
        }
    }

    private static NpgsqlException Broken() => new("The connection is broken.");

    private sealed class ClientTransaction(SimulatedConnection connection, SimulatedDatabase.Transaction session) : ILedgerTransaction
    {
        private bool _isOver;

        public SimulatedDatabase.Transaction Session => session;

        public Task<IReadOnlyList<AccountState>> LockAsync(long[] ids, CancellationToken cancellationToken) =>
            CallAsync("lock", () => session.LockAsync(ids));

        public Task<LedgerRecord> ReadRecordAsync(
            IReadOnlyList<TransferOrder> orders, DateTime notBefore, CancellationToken cancellationToken) =>
            CallAsync("read", () => Task.FromResult(session.ReadRecord(orders)));

        public Task<DateTimeOffset> WriteAsync(LedgerWrite write, CancellationToken cancellationToken) =>
            CallAsync("write", () => session.PostAsync(write));

        public Task CommitAsync(CancellationToken cancellationToken) => CallAsync(
            "commit",
            () =>
            {
                session.Commit();
                _isOver = true;
                return Task.FromResult(true);
            });

        /// <summary>
        /// Gives the connection back; what was not committed is undone, on a broken connection only when the server sees that.
        /// </summary>
        public async ValueTask DisposeAsync()
        {
            if (_isOver)
                return;
            _isOver = true;
            await connection.RollbackAsync(session);
        }

        private async Task<T> CallAsync<T>(string name, Func<Task<T>> call)
        {
            try
            {
                return await connection.CallAsync(name, call, session);
            }
            catch (NpgsqlException exception) when (exception is not PostgresException)
            {
                _isOver = true;
                throw;
            }
        }
    }

    private async Task RollbackAsync(SimulatedDatabase.Transaction session)
    {
        await world.SomeTimeAsync(800);
        session.Rollback();
    }
}
