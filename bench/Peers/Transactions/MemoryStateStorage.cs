using System.Collections.Concurrent;
using System.Globalization;
using Orleans.Transactions.Abstractions;

namespace BktSmart.Bench.Peers.Transactions;

/// <summary>
/// Transactional state in the memory of the silo: no serialisation, no disk, no network, and gone with the process. There is no storage of
/// Orleans Transactions for PostgreSQL; every real one is slower than this.
/// </summary>
internal static class MemoryStateStorage
{
    public const string Name = "memory";

    internal sealed class Factory : ITransactionalStateStorageFactory
    {
        // One for each grain, and not for each activation: a grain that is activated again finds its state.
        private readonly ConcurrentDictionary<(string State, GrainId Grain), object> _storages = new();

        public ITransactionalStateStorage<TState> Create<TState>(string stateName, IGrainContext context)
            where TState : class, new() =>
            (ITransactionalStateStorage<TState>)_storages.GetOrAdd((stateName, context.GrainId), _ => new Storage<TState>());
    }

    private sealed class Storage<TState> : ITransactionalStateStorage<TState>
        where TState : class, new()
    {
        private readonly List<PendingTransactionState<TState>> _pending = [];
        private TState _committed = new();
        private long _committedSequence;
        private TransactionalStateMetaData _metadata = new();
        private long _version;

        public Task<TransactionalStorageLoadResponse<TState>> Load() =>
            Task.FromResult(new TransactionalStorageLoadResponse<TState>(ETag, _committed, _committedSequence, _metadata, [.. _pending]));

        public Task<string> Store(
            string? expectedETag, TransactionalStateMetaData metadata, List<PendingTransactionState<TState>>? statesToPrepare,
            long? commitUpTo, long? abortAfter)
        {
            if (expectedETag != ETag)
                throw new InvalidOperationException("Another activation has written the state.");
            _metadata = metadata;
            if (abortAfter is { } last)
                _pending.RemoveAll(state => state.SequenceId > last);
            foreach (var state in statesToPrepare ?? [])
            {
                _pending.RemoveAll(pending => pending.SequenceId == state.SequenceId);
                _pending.Add(state);
            }

            if (commitUpTo is { } sequence && _pending.FindLast(state => state.SequenceId == sequence) is { } newest)
            {
                _committed = newest.State;
                _committedSequence = sequence;
                _pending.RemoveAll(state => state.SequenceId <= sequence);
            }

            _version++;
            return Task.FromResult(ETag);
        }

        private string ETag => _version.ToString(CultureInfo.InvariantCulture);
    }
}
