namespace BktSmart.Hosting;

/// <summary>
/// How often each of any number of callers comes: so often at once, and then as often within each window. It counts by GCRA (ITU-T I.371,
/// annex A), which needs one number a caller, and has room for a fixed number of them, so that nobody can fill the memory with names that
/// they make up. Callers that fall together are counted together, and who does so differs in each process. Whoever knows the id of a device
/// or of a session could make one that falls together with it, and could as well come under that id.
/// </summary>
/// <param name="max">Within a window, 1 or more.</param>
public sealed class CallerRates<TCaller>(int max, TimeSpan window, TimeProvider time)
    where TCaller : notnull
{
    /// <summary>With ten thousand callers in a window, one in twenty-five shares with somebody. Eight bytes each.</summary>
    private const int Slots = 1 << 18;

    private readonly long[] _dueAt = new long[Slots];
    private readonly long _window = (long)(time.TimestampFrequency * window.TotalSeconds);
    private readonly long _interval = (long)(time.TimestampFrequency * window.TotalSeconds / max);

    /// <summary>Counts the caller, who may come where the result is zero; otherwise it says how long to wait, and nothing counts.</summary>
    public TimeSpan Take(TCaller caller)
    {
        ref var slot = ref SlotOf(caller);
        while (true)
        {
            var (now, seen) = (time.GetTimestamp(), Volatile.Read(ref slot));
            var due = Math.Max(seen, now) + _interval;
            if (due - now > _window)
                return time.GetElapsedTime(now, due - _window);
            if (Interlocked.CompareExchange(ref slot, due, seen) == seen)
                return TimeSpan.Zero;
        }
    }

    /// <summary>Takes back what was counted: it was none of those that are limited.</summary>
    public void GiveBack(TCaller caller) => Interlocked.Add(ref SlotOf(caller), -_interval);

    private ref long SlotOf(TCaller caller) => ref _dueAt[HashCode.Combine(caller) & (Slots - 1)];
}
