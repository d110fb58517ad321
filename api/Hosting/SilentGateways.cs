using System.Diagnostics.Metrics;
using System.Net;

namespace BktSmart.Hosting;

/// <summary>
/// The gateways that answer nobody while others do. A frozen silo keeps its connections, so nothing breaks, and the cluster takes its time
/// to declare it dead. Until then calls that come through it wait for nothing.
/// </summary>
internal sealed class SilentGateways(TimeProvider time)
{
    /// <summary>Then it is tried again: it may have been slow only, and the others may be gone.</summary>
    private static readonly TimeSpan AvoidedFor = TimeSpan.FromSeconds(10);

    private static readonly Counter<long> Found = new Meter(BankTelemetry.Name).CreateCounter<long>(
        "bank.api.gateway.silent", "{gateway}", "Gateways that answered nothing while others did");

    private readonly Lock _lock = new();
    private readonly Dictionary<IPEndPoint, State> _states = [];

    /// <param name="UsedSince">Questions of before were not for it.</param>
    /// <param name="Heard">When the last question that it answered was asked; null if it answered none.</param>
    /// <param name="Avoided">When it was found silent; null if it may be used.</param>
    private readonly record struct State(long UsedSince, long? Heard, long? Avoided);

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _states.Count;
        }
    }

    /// <summary>Those of all gateways that may be used; all, if none may.</summary>
    public IReadOnlyList<IPEndPoint> Choose(IReadOnlyCollection<IPEndPoint> all)
    {
        lock (_lock)
        {
            foreach (var gone in _states.Keys.Except(all).ToArray())
                _states.Remove(gone);
            var now = time.GetTimestamp();
            foreach (var gateway in all)
            {
                if (!_states.TryGetValue(gateway, out var state) || IsOver(state))
                    _states[gateway] = new State(now, null, null);
            }

            IPEndPoint[] usable = [.. all.Where(gateway => _states[gateway].Avoided is null)];
            return usable.Length > 0 ? usable : [.. all];
        }
    }

    /// <param name="asked">When the question was asked: a timestamp of the clock.</param>
    public void Answered(IPEndPoint gateway, long asked)
    {
        lock (_lock)
        {
            if (_states.TryGetValue(gateway, out var state))
                _states[gateway] = state with { Heard = Math.Max(state.Heard ?? asked, asked) };
        }
    }

    /// <summary>
    /// A question got no answer in time. Who was asked is not known: one of those that have answered nothing which was asked since. Where
    /// nobody has, the network or this node itself may be the reason, and nobody is avoided.
    /// </summary>
    /// <returns>Those that are now avoided.</returns>
    public IReadOnlyList<IPEndPoint> NotAnswered(long asked)
    {
        lock (_lock)
        {
            if (!_states.Values.Any(state => state.Heard >= asked))
                return [];
            IPEndPoint[] silent = [.. _states.Where(one => IsSilent(one.Value)).Select(one => one.Key)];
            foreach (var gateway in silent)
                _states[gateway] = _states[gateway] with { Avoided = time.GetTimestamp() };
            Found.Add(silent.Length);
            return silent;
        }

        bool IsSilent(State state) => state.Avoided is null && Math.Max(state.UsedSince, state.Heard ?? 0) < asked;
    }

    private bool IsOver(State state) => state.Avoided is { } since && time.GetElapsedTime(since) >= AvoidedFor;
}
