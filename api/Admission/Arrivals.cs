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
    private static readonly RefusalHeaders Overloaded = new(Reason.Overloaded);

    private readonly ServerLimits _limits = limits.Value;

    // Under the lock. In each list the one that has waited longest comes first; no caller is there without one.
    private readonly Lock _lock = new();
    private readonly LinkedList<Arrival> _all = [];
    private readonly Dictionary<CallerNetwork, LinkedList<Arrival>> _byCaller = [];

    public Task InvokeAsync(HttpContext context, RequestDelegate next) =>
        AccessList.Find(context.Request.Path.Value ?? "") is not { TakesOneMessage: true } || IsThere(context)
            ? next(context)
            : WaitAsync(context, next);

    /// <summary>Nearly always: a message comes with the headers.</summary>
    private bool IsThere(HttpContext context)
    {
        var body = context.Request.BodyReader;
        if (!body.TryRead(out var read))
            return false;
        body.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        return IsComplete(read);
    }

    /// <summary>Also if it is longer than a message may be: gRPC's library refuses it by its first bytes.</summary>
    private bool IsComplete(ReadResult read) => read.IsCompleted || read.Buffer.Length > _limits.MessageSizeMax + FrameHeaderSize;

    private async Task WaitAsync(HttpContext context, RequestDelegate next)
    {
        if (await ArrivesAsync(context))
            await next(context);
    }

    private async Task<bool> ArrivesAsync(HttpContext context)
    {
        using var givenUp = new CancellationTokenSource(_limits.MessageTimeMax, time);
        var arrival = new Arrival(new CallerNetwork(context.Connection.RemoteIpAddress), givenUp);
        Enter(arrival);
        try
        {
            using var both = CancellationTokenSource.CreateLinkedTokenSource(givenUp.Token, context.RequestAborted);
            while (true)
            {
                var read = await context.Request.BodyReader.ReadAsync(both.Token);
                context.Request.BodyReader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                if (IsComplete(read))
                    return true;
            }
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            return false;
        }
        catch (OperationCanceledException)
        {
            if (arrival.GivesWayTo is { } limit)
                Refuse(context, Overloaded, limit);
            else
                Refuse(context, TooSlow, nameof(ServerLimits.MessageTimeMax));
            return false;
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
        refusal.WriteTo(context.Response);
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
