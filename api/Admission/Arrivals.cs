using System.IO.Pipelines;
using BktSmart.Authentication;
using BktSmart.Errors;
using Microsoft.Extensions.Options;

namespace BktSmart.Admission;

/// <summary>
/// Waits for the message of a call, which comes in one piece. Until it is there the call counts nowhere else, so whoever sends slowly takes
/// no place of those who do not. A message has <see cref="ServerLimits.MessageTimeMax"/>. When too many are on their way, the one that has
/// waited longest gives way to a new one: that of the same caller, if the caller has a share of them, or of all.
/// </summary>
internal sealed class Arrivals(IOptions<ServerLimits> limits, TimeProvider time)
{
    /// <summary>Before each message: whether it is compressed, and its length.</summary>
    private const int FrameHeaderSize = 5;

    private static readonly RefusalHeaders TooSlow = new(Reason.MessageTooSlow);
    private static readonly RefusalHeaders TooLarge = new(Reason.MessageTooLarge);
    private static readonly RefusalHeaders Overloaded = new(Reason.Overloaded);

    private readonly ServerLimits _limits = limits.Value;

    // Under the lock. In each list the one that has waited longest comes first; no caller is there without one.
    private readonly Lock _lock = new();
    private readonly LinkedList<Arrival> _all = [];
    private readonly Dictionary<CallerNetwork, LinkedList<Arrival>> _byCaller = [];

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (AccessList.Find(context.Request.Path.Value ?? "") is not { TakesOneMessage: true })
            return next(context);
        // Nearly always: a message comes with the headers.
        return TryLook(context) is { } read && (read.IsCompleted || IsTooLarge(read))
            ? GoOnAsync(context, read, next)
            : WaitAsync(context, next);
    }

    /// <summary>What has come is left for gRPC's library.</summary>
    private static ReadResult? TryLook(HttpContext context)
    {
        try
        {
            return context.Request.BodyReader.TryRead(out var read) ? Leave(context, read) : null;
        }
        catch (IOException)
        {
            // The caller has gone. Whoever waits for the rest of the message hears it, too.
            return null;
        }
    }

    private static ReadResult Leave(HttpContext context, ReadResult read)
    {
        context.Request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        return read;
    }

    private bool IsTooLarge(ReadResult read) => read.Buffer.Length > _limits.MessageSizeMax + FrameHeaderSize;

    /// <summary>The library would wait for the end of a message that is too large, for as long as that takes.</summary>
    private Task GoOnAsync(HttpContext context, ReadResult read, RequestDelegate next)
    {
        if (!IsTooLarge(read))
            return next(context);
        Refuse(context, TooLarge, nameof(ServerLimits.MessageSizeMax));
        return Task.CompletedTask;
    }

    private async Task WaitAsync(HttpContext context, RequestDelegate next)
    {
        if (await ArrivesAsync(context) is { } read)
            await GoOnAsync(context, read, next);
    }

    /// <summary>Null if the call is refused, or its caller has gone.</summary>
    private async Task<ReadResult?> ArrivesAsync(HttpContext context)
    {
        using var givenUp = new CancellationTokenSource(_limits.MessageTimeMax, time);
        var arrival = new Arrival(new CallerNetwork(context.Connection.RemoteIpAddress), givenUp);
        Enter(arrival);
        try
        {
            using var both = CancellationTokenSource.CreateLinkedTokenSource(givenUp.Token, context.RequestAborted);
            while (true)
            {
                var read = Leave(context, await context.Request.BodyReader.ReadAsync(both.Token));
                if (read.IsCompleted || IsTooLarge(read))
                    return read;
            }
        }
        catch (OperationCanceledException) when (givenUp.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            if (arrival.GivesWayTo is { } limit)
                Refuse(context, Overloaded, limit);
            else
                Refuse(context, TooSlow, nameof(ServerLimits.MessageTimeMax));
            return null;
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The caller has gone.
            return null;
        }
        finally
        {
            lock (_lock)
                Remove(arrival);
        }
    }

    private void Enter(Arrival arrival)
    {
        lock (_lock)
        {
            if (_byCaller.TryGetValue(arrival.Caller, out var own) && own.Count >= _limits.ArrivingPerAddressMax)
                GiveWay(own, nameof(ServerLimits.ArrivingPerAddressMax));
            else if (_all.Count >= _limits.ArrivingMax)
                GiveWay(_all, nameof(ServerLimits.ArrivingMax));
            _all.AddLast(arrival.OfAll);
            if (!_byCaller.TryGetValue(arrival.Caller, out own))
                _byCaller.Add(arrival.Caller, own = []);
            own.AddLast(arrival.OfCaller);
        }
    }

    private void GiveWay(LinkedList<Arrival> list, string limit)
    {
        var longest = list.First!.Value;
        Remove(longest);
        longest.GivesWayTo = limit;
        // It takes the lock before it disposes of this.
        _ = longest.GivenUp.CancelAsync();
    }

    private void Remove(Arrival arrival)
    {
        if (arrival.OfAll.List is null)
            return;
        _all.Remove(arrival.OfAll);
        var own = arrival.OfCaller.List!;
        own.Remove(arrival.OfCaller);
        if (own.Count == 0)
            _byCaller.Remove(arrival.Caller);
    }

    private static void Refuse(HttpContext context, RefusalHeaders refusal, string limit)
    {
        Refusals.Count(limit);
        refusal.WriteTo(context);
    }

    private sealed class Arrival
    {
        public Arrival(CallerNetwork caller, CancellationTokenSource givenUp)
        {
            (Caller, GivenUp) = (caller, givenUp);
            (OfAll, OfCaller) = (new LinkedListNode<Arrival>(this), new LinkedListNode<Arrival>(this));
        }

        public CallerNetwork Caller { get; }

        public CancellationTokenSource GivenUp { get; }

        public LinkedListNode<Arrival> OfAll { get; }

        public LinkedListNode<Arrival> OfCaller { get; }

        /// <summary>The option that leaves it no room; null while there is.</summary>
        public string? GivesWayTo { get; set; }
    }
}
