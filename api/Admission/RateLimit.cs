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
    public void Admit(TCaller caller) => Require(_rates.Take(caller));

    /// <summary>For a limit on what only the answer shows: <see cref="Count"/> it then.</summary>
    /// <inheritdoc cref="Admit"/>
    public void Check(TCaller caller) => Require(_rates.WaitOf(caller));

    public void Count(TCaller caller) => _rates.Take(caller);

    private void Require(TimeSpan wait)
    {
        if (wait == TimeSpan.Zero)
            return;
        Refusals.Count(limit);
        throw Refuse.Because(reason, wait);
    }
}
