using Microsoft.Extensions.Options;

namespace BktSmart.Authentication;

/// <summary>
/// Keeps the time of an answer from telling what was done for it: whether somebody is a customer, or whether a card was right.
/// </summary>
internal sealed class AnswerTime(IOptions<AnswerTimeOptions> options, TimeProvider time)
{
    private readonly TimeSpan _interval = options.Value.Interval;

    /// <summary>
    /// Does the work and gives its outcome, answer or exception, at a whole multiple of <see cref="AnswerTimeOptions.Interval"/> from now.
    /// </summary>
    public async Task<T> HoldAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        try
        {
            return await work();
        }
        finally
        {
            var elapsed = time.GetElapsedTime(begun);
            var due = _interval * (Math.Floor(elapsed / _interval) + 1);
            // A timer goes by milliseconds, and what it is off by depends on when it was set, thus on the work. The rest of less than two
            // is waited for exactly; others go first.
            await Task.Delay(due - elapsed, time, cancellationToken);
            while (time.GetElapsedTime(begun) < due)
                await Task.Yield();
        }
    }
}
