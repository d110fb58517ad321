using BktSmart.Errors;

namespace BktSmart.Admission;

/// <summary>How often each of any number of callers may come in a minute (<see cref="CallerRates{TCaller}"/>).</summary>
/// <param name="limit">The option that sets it, without its section.</param>
/// <param name="perMinute">1 or more.</param>
/// <param name="reason">Of the refusal.</param>
internal sealed class RateLimit<TCaller>(string limit, int perMinute, Reason reason, TimeProvider time)
    where TCaller : notnull
{
    private readonly CallerRates<TCaller> _rates = new(perMinute, TimeSpan.FromMinutes(1), time);

    /// <exception cref="RefusedException">The caller comes too often. The refusal says when to come again.</exception>
    public void Admit(TCaller caller)
    {
        var wait = _rates.Take(caller);
        if (wait == TimeSpan.Zero)
            return;
        Refusals.Count(limit);
        throw Refuse.Because(reason, wait);
    }

    /// <summary>It does not count: the answer showed that it is none of those that are limited.</summary>
    public void GiveBack(TCaller caller) => _rates.GiveBack(caller);
}
