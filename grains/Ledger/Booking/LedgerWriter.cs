using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Nito.AsyncEx;

namespace BktSmart.Ledger;

/// <summary>
/// One commit, shared by many. Account grains put orders in a queue; one loop drains what waits, posts it as one batch, and
/// answers after the commit. There is no timer: under light load a batch is one transfer that waits for nothing; while a commit is under
/// way the next batch grows. The loop has a thread of its own: everybody waits for it, so it must not wait in the queue of the pool behind
/// the calls that it answers.
///
/// The fate of a batch that failed may not be known: the connection may have broken after the commit. The loop posts the same orders
/// again, under the same ids. The locks make the new attempt wait for the old one, and the ids tell what it did, so nothing is booked twice
/// and nothing is answered by guess. When the retries are used up, the callers are told that the outcome is unknown; but where every
/// attempt is known to have written nothing (<see cref="LedgerFailure"/>), they are told that. A batch in which one order may be what the
/// database refuses is posted one by one, so that it cannot take the others with it.
///
/// Orders on accounts that somebody else keeps locked are refused (<see cref="HeldAccounts"/>), and the others do not wait for them. Only
/// an order that an earlier attempt may have written has to ask under those locks, and stays unknown.
///
/// Where another silo leads, the loop hands its batches over to that one (<see cref="LedgerHandOver"/>), each after the answer to the one
/// before. When the leader does not answer in time, the fate of the batch is as little known as after a broken connection, and is settled
/// in the same way: this silo posts the same orders itself, and goes on alone for a while.
/// </summary>
internal sealed partial class LedgerWriter : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    /// <summary>Orders in a commit, on average, from which on the silo gives payments all that it has.</summary>
    private const int SaturatedBatchSize = 48;
    private static readonly TimeSpan SaturationWindow = TimeSpan.FromMilliseconds(500);

    private readonly LedgerPoster _poster;
    private readonly LedgerHandOver _handOver;
    private readonly HeldAccounts _held;
    private readonly Rulebook _rulebook;
    private readonly LedgerOptions _options;
    private readonly LedgerEventSignal _signal;
    private readonly TimeProvider _time;
    private readonly ILogger<LedgerWriter> _logger;
    private readonly Channel<Waiting> _queue;
    private readonly CancellationTokenSource _abandon = new();
    private readonly CancellationToken _abandoned;
    private Task _loop = Task.CompletedTask;

    /// <summary>Batches that will go the long way, because silos have met on the same accounts. Only the loop uses it.</summary>
    private int _lockedBatches;

    private volatile bool _stops;
    private volatile bool _saturated;
    private long _windowStart;
    private int _ordersInWindow;
    private int _batchesInWindow;

    public LedgerWriter(
        LedgerPoster poster, LedgerHandOver handOver, HeldAccounts held, Rulebook rulebook, IOptions<LedgerOptions> options,
        LedgerEventSignal signal, [FromKeyedServices(BackgroundTime.Key)] TimeProvider time, ILogger<LedgerWriter> logger)
    {
        _poster = poster;
        _handOver = handOver;
        _held = held;
        _rulebook = rulebook;
        _options = options.Value;
        _signal = signal;
        _time = time;
        _logger = logger;
        _abandoned = _abandon.Token;
        _queue = Channel.CreateBounded<Waiting>(new BoundedChannelOptions(_options.QueueLengthMax)
        {
            SingleReader = true,
            FullMode = BoundedChannelFullMode.Wait,
        });
    }

    /// <summary>
    /// Whether payments take all that the silo has: they wait for each other in batches of <see cref="SaturatedBatchSize"/> and more, over
    /// <see cref="SaturationWindow"/>.
    /// </summary>
    public bool IsSaturated => _saturated && _time.GetElapsedTime(Volatile.Read(ref _windowStart)) < 2 * SaturationWindow;

    /// <param name="HandedOverAt">When another silo handed it over, a timestamp: it is not handed on. Null for an order of this
    /// silo.</param>
    private sealed record Waiting(TransferOrder Order, long? HandedOverAt, TaskCompletionSource<Decision> Answer)
    {
        /// <summary>Whether an attempt whose fate is not known may have written it.</summary>
        public bool MayBeWritten { get; set; }

        /// <summary>
        /// Whether it may still wait in the queue of another silo, where no lock tells of it: what is recorded holds for both, but a
        /// refusal without a record may not be what that one comes to.
        /// </summary>
        public bool MayWaitElsewhere { get; set; }

        public bool IsOpen => MayBeWritten || MayWaitElsewhere;

        public void Decide(Decision decision)
        {
            // What is known of the id, and that its time is over, holds wherever it waits.
            var open = MayWaitElsewhere
                && decision is { Recorded: null, Refusal.Reason: not (Reason.TransferIdReused or Reason.OrderTooLate) };
            if (open)
                Refuse(Reason.OutcomeUnknown);
            else
                Answer.TrySetResult(decision);
        }

        public void Refuse(Reason reason) => Answer.TrySetResult(new Decision(null, new Refusal(reason)));
    }

    /// <summary>
    /// Queues an order, in one synchronous step; the task ends after the commit. A full queue, or a silo that is stopping, is refused with
    /// <see cref="Reason.Overloaded"/>: the order was not taken.
    /// </summary>
    public Task<Decision> PostAsync(TransferOrder order) => PostAsync(order, null);

    /// <summary>Posts for another silo: <see cref="ILedgerLeader.Post"/>.</summary>
    public async Task<LeaderAnswer[]?> PostForAsync(Guid rulebook, IReadOnlyList<TransferOrder> orders)
    {
        if (_stops || rulebook != _rulebook.Id)
            return null;
        var now = _time.GetTimestamp();
        var posting = orders.Select(order => PostAsync(order, now)).ToArray();
        var answers = new LeaderAnswer[posting.Length];
        for (var i = 0; i < answers.Length; i++)
        {
            try
            {
                answers[i] = await posting[i] switch
                {
                    { Recorded: { } recorded } => new LeaderAnswer(recorded, null),
                    { Refusal.Reason: Reason.OutcomeUnknown } => default,
                    { Refusal: var refusal } => new LeaderAnswer(null, refusal),
                };
            }
            catch (InvalidOperationException exception) when (exception.InnerException is NothingWrittenException)
            {
                // The loop has logged it; the other silo finds out whether it can do better.
                answers[i] = new LeaderAnswer(null, new Refusal(Reason.Unavailable));
            }
            catch (Exception exception)
            {
                // The loop itself failed, so nobody here knows what it wrote.
                LogLost(exception);
                answers[i] = default;
            }
        }

        return answers;
    }

    private Task<Decision> PostAsync(TransferOrder order, long? handedOverAt)
    {
        var waiting = new Waiting(
            order, handedOverAt, new TaskCompletionSource<Decision>(TaskCreationOptions.RunContinuationsAsynchronously));
        if (!_queue.Writer.TryWrite(waiting))
        {
            LedgerMetrics.Refused.Add(1);
            return Task.FromResult(new Decision(null, new Refusal(Reason.Overloaded)));
        }

        return waiting.Answer.Task;
    }

    /// <summary>
    /// Starts before the first grain and stops after the last: what was admitted gets its answer. A stop that must come to its end gives up
    /// the batch under way, and does not wait for a database that is silent: its orders are asked for by id.
    /// </summary>
    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(LedgerWriter),
        ServiceLifecycleStage.RuntimeStorageServices,
        _ =>
        {
            _loop = Task.Factory.StartNew(
                () => AsyncContext.Run(RunAsync), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            return Task.CompletedTask;
        },
        async ct =>
        {
            _stops = true;
            _queue.Writer.TryComplete();
            await using (ct.Register(() => _ = _abandon.CancelAsync()))
            {
                try
                {
                    await _loop.WaitAsync(ct);
                }
                catch (OperationCanceledException) when (ct.IsCancellationRequested)
                {
                    if (await Task.WhenAny(_loop, Task.Delay(_options.GivenUpWait, _time, CancellationToken.None)) != _loop)
                        LogLeftBehind(_options.GivenUpWait);
                }
            }
        });

    public void Dispose() => _abandon.Dispose();

    /// <summary>
    /// The loop, until the queue is completed and empty. It goes on where its caller's context lets it: on the writer's own thread, or step
    /// by step in a simulation.
    /// </summary>
    internal async Task RunAsync()
    {
        var batch = new List<Waiting>(_options.BatchSizeMax);
        while (await _queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < _options.BatchSizeMax && _queue.Reader.TryRead(out var waiting))
                batch.Add(waiting);
            Count(batch.Count);
            try
            {
                await BookAsync(batch);
            }
            catch (Exception exception)
            {
                // Nothing is left that could handle it, a log that throws for example, and the loop must not end: everybody else would wait
                // for ever.
                foreach (var waiting in batch)
                    waiting.Answer.TrySetException(exception);
            }
        }
    }

    private void Count(int orders)
    {
        if (_time.GetElapsedTime(_windowStart) >= SaturationWindow)
        {
            _saturated = _batchesInWindow > 0 && _ordersInWindow >= SaturatedBatchSize * _batchesInWindow;
            (_ordersInWindow, _batchesInWindow) = (0, 0);
            Volatile.Write(ref _windowStart, _time.GetTimestamp());
        }

        _ordersInWindow += orders;
        _batchesInWindow++;
    }

    private async Task BookAsync(List<Waiting> batch)
    {
        // Whoever handed these over has given up by now and settles them itself, or is told that this silo does not: nothing is booked
        // behind its back.
        var now = _time.GetTimestamp();
        batch.RemoveAll(waiting => waiting.HandedOverAt is { } at && _time.GetElapsedTime(at, now) >= _options.HandOverTimeout
            && waiting.Answer.TrySetResult(new Decision(null, new Refusal(Reason.Unavailable))));
        if (batch.Count == 0)
            return;

        if (_handOver.FindLeader() is { } leader && batch.TrueForAll(waiting => waiting.HandedOverAt is null))
            await HandOverAsync(leader, batch);
        else
            await PostBatchAsync(batch, shortWay: true);
    }

    private async Task HandOverAsync(ILedgerLeader leader, List<Waiting> batch)
    {
        var (handOver, answers) = await _handOver.PostAsync(leader, [.. batch.Select(waiting => waiting.Order)], _abandoned);
        if (handOver == HandOver.Unknown)
            batch.ForEach(waiting => waiting.MayWaitElsewhere = true);
        if (handOver != HandOver.Answered)
        {
            await PostBatchAsync(batch, shortWay: handOver == HandOver.NotTaken);
            return;
        }

        var left = new List<Waiting>();
        for (var i = 0; i < batch.Count; i++)
        {
            if (answers[i].IsOpen)
            {
                // The leader is done with it; what it may have written, the id tells.
                batch[i].MayBeWritten = answers[i].Refusal is null;
                left.Add(batch[i]);
            }
            else
            {
                batch[i].Decide(answers[i] is { Recorded: { } recorded }
                    ? new Decision(recorded, recorded.Answer)
                    : new Decision(null, answers[i].Refusal));
            }
        }

        if (left.Count > 0)
            await PostBatchAsync(left, shortWay: false);
    }

    /// <param name="batch">Left empty.</param>
    /// <param name="shortWay">Not after a failure: the locks of the long way wait for the attempt whose fate is not known.</param>
    private async Task PostBatchAsync(List<Waiting> batch, bool shortWay)
    {
        for (var failures = 0; batch.Count > 0;)
        {
            try
            {
                await _held.LookAgainAsync(_abandoned);
                RefuseHeld(batch);
                if (shortWay && failures == 0)
                    await PostAsync(batch, TryShortWayAsync);
                if (batch.Count > 0)
                    await PostAsync(batch, async orders => await _poster.PostAsync(orders, _abandoned));
            }
            catch (Exception exception)
            {
                // Without the orders that it waited for, the batch goes on.
                if (LedgerFailure.IsOfLock(exception) && await TrySetAsideAsync(batch))
                    continue;
                if (CanFareBetter(exception, batch) && failures < _options.RetriesMax && !_abandoned.IsCancellationRequested)
                {
                    LogRetry(exception, batch, failures + 1);
                    await DelayAsync(_options.RetryDelay * (1 << Math.Min(failures, 4)));
                    failures++;
                    continue;
                }

                if (LedgerFailure.IsOfOneOrder(exception) && batch.Count > 1)
                {
                    LogSplit(exception, batch.Count);
                    foreach (var waiting in batch)
                        await PostBatchAsync([waiting], shortWay: false);
                    return;
                }

                GiveUp(batch, exception);
                return;
            }
        }
    }

    private void GiveUp(List<Waiting> batch, Exception exception)
    {
        LogGivenUp(exception, batch.Count);
        foreach (var waiting in batch)
        {
            if (waiting.IsOpen)
                waiting.Refuse(Reason.OutcomeUnknown);
            else if (LedgerFailure.IsOfOneOrder(exception))
                waiting.Answer.TrySetException(
                    new InvalidOperationException("The ledger could not post a transfer.", new NothingWrittenException(exception)));
            else
                waiting.Refuse(Reason.Unavailable);
        }
    }

    /// <summary>Answers what is decided, and leaves the rest in the batch.</summary>
    private async Task PostAsync(List<Waiting> batch, Func<IReadOnlyList<TransferOrder>, Task<PostedBatch>> post)
    {
        var started = Stopwatch.GetTimestamp();
        PostedBatch posted;
        try
        {
            posted = await post(batch.ConvertAll(waiting => waiting.Order));
        }
        catch (Exception exception) when (!LedgerFailure.ProvesNothingWritten(exception))
        {
            batch.ForEach(waiting => waiting.MayBeWritten = true);
            throw;
        }

        _signal.Set(posted.EventQueues);
        var left = 0;
        for (var i = 0; i < posted.Decisions.Count; i++)
        {
            if (posted.Decisions[i].IsOpen)
                batch[left++] = batch[i];
            else
                batch[i].Decide(posted.Decisions[i]);
        }

        if (left < posted.Decisions.Count)
        {
            LedgerMetrics.BatchSize.Record(posted.Decisions.Count - left);
            LedgerMetrics.CommitSeconds.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
        }

        batch.RemoveRange(left, batch.Count - left);
    }

    private async Task<PostedBatch> TryShortWayAsync(IReadOnlyList<TransferOrder> orders)
    {
        if (_lockedBatches > 0)
        {
            _lockedBatches--;
            return new PostedBatch(new Decision[orders.Count], 0);
        }

        var (way, posted) = await _poster.TryPostAsync(orders, _abandoned);
        if (way == ShortWay.Conflict)
        {
            LedgerMetrics.Conflicts.Add(1);
            _lockedBatches = _options.LockedBatchesAfterConflict;
        }

        return posted;
    }

    private void RefuseHeld(List<Waiting> batch) => batch.RemoveAll(waiting =>
    {
        var held = _held.Has(waiting.Order);
        if (held)
            waiting.Refuse(waiting.IsOpen ? Reason.OutcomeUnknown : Reason.AccountBusy);
        return held;
    });

    private async Task<bool> TrySetAsideAsync(List<Waiting> batch)
    {
        try
        {
            return await _held.SetAsideAsync(TransferOrder.AccountIdsOf(batch.Select(waiting => waiting.Order)), _abandoned);
        }
        catch (Exception exception)
        {
            LogNotLooked(exception);
            return false;
        }
    }

    /// <summary>Whether the same orders can fare better at once, or another attempt tells what became of one before.</summary>
    private static bool CanFareBetter(Exception exception, List<Waiting> batch) =>
        exception is not LedgerFenceException { Fence: LedgerFence.SiloEnded }
            && (LedgerFailure.IsTransient(exception) || batch.Exists(waiting => waiting.MayBeWritten));

    private async Task DelayAsync(TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, _time, _abandoned);
        }
        catch (OperationCanceledException)
        {
            // The silo gives up; the caller's next look at the token ends the loop.
        }
    }

    private void LogRetry(Exception exception, List<Waiting> batch, int attempt)
    {
        if (batch.Exists(waiting => waiting.MayBeWritten))
            LogUnknown(exception, batch.Count, attempt);
        else
            LogNotWritten(exception, batch.Count, attempt);
    }

    [LoggerMessage(1001, LogLevel.Warning, "The fate of a batch of {Count} transfers is unknown; attempt {Attempt} settles it by id")]
    private partial void LogUnknown(Exception exception, int count, int attempt);

    [LoggerMessage(1009, LogLevel.Warning, "A batch of {Count} transfers was not written; attempt {Attempt} comes next")]
    private partial void LogNotWritten(Exception exception, int count, int attempt);

    [LoggerMessage(1010, LogLevel.Warning, "After a lock time-out it could not be found out who holds which account")]
    private partial void LogNotLooked(Exception exception);

    [LoggerMessage(1002, LogLevel.Error, "The database refused a batch of {Count} transfers; posting them one by one")]
    private partial void LogSplit(Exception exception, int count);

    [LoggerMessage(1003, LogLevel.Error, "Gave up on a batch of {Count} transfers")]
    private partial void LogGivenUp(Exception exception, int count);

    [LoggerMessage(1012, LogLevel.Error, "The outcome of another silo's transfer was lost; that silo settles it by id")]
    private partial void LogLost(Exception exception);

    [LoggerMessage(
        1004, LogLevel.Warning,
        "The silo stops, and the database has not answered for {Wait}: whoever waits for the batch under way has to settle by id")]
    private partial void LogLeftBehind(TimeSpan wait);
}
