using BktSmart.Errors;

namespace BktSmart.Admission;

/// <summary>
/// How often each of any number of callers may come: so often at once, and then as often a minute. It counts by GCRA (ITU-T I.371, annex
/// A), which needs one number a caller, and has room for a fixed number of them, so that nobody can fill the memory with names that they
/// make up. Callers that fall together share one limit, and who does so differs in each process. Whoever knows the id of a device or of a
/// session could make one that falls together with it, and could as well come under that id.
/// </summary>
/// <param name="limit">The option that sets it, without its section.</param>
/// <param name="perMinute">1 or more.</param>
/// <param name="reason">Of the refusal.</param>
internal sealed class RateLimit<TCaller>(string limit, int perMinute, Reason reason, TimeProvider time)
    where TCaller : notnull
{
    /// <summary>With ten thousand callers a minute, one in twenty-five shares with somebody. Eight bytes each.</summary>
    private const int Slots = 1 << 18;

    private readonly long[] _dueAt = new long[Slots];
    private readonly long _window = time.TimestampFrequency * 60;
    private readonly long _interval = time.TimestampFrequency * 60 / perMinute;

    /// <exception cref="RefusedException">The caller comes too often. The refusal says when to come again.</exception>
    public void Admit(TCaller caller) => Check(Take(caller, take: true));

    /// <summary>For a limit on what only the answer shows: <see cref="Count"/> it then.</summary>
    /// <inheritdoc cref="Admit"/>
    public void Check(TCaller caller) => Check(Take(caller, take: false));

    /// <summary>Counts one that was let in by <see cref="Check(TCaller)"/>.</summary>
    public void Count(TCaller caller) => Take(caller, take: true);

    private void Check(TimeSpan wait)
    {
        if (wait == TimeSpan.Zero)
            return;
        Refusals.Count(limit);
        throw Refuse.Because(reason, wait);
    }

    /// <returns>How long there is nothing to take.</returns>
    private TimeSpan Take(TCaller caller, bool take)
    {
        ref var slot = ref _dueAt[HashCode.Combine(caller) & (Slots - 1)];
        while (true)
        {
            var (now, seen) = (time.GetTimestamp(), Volatile.Read(ref slot));
            var due = Math.Max(seen, now) + _interval;
            if (due - now > _window)
                return time.GetElapsedTime(now, due - _window);
            if (!take || Interlocked.CompareExchange(ref slot, due, seen) == seen)
                return TimeSpan.Zero;
        }
    }
}
