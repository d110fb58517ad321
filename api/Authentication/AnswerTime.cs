using Microsoft.Extensions.Options;

namespace BktSmart.Authentication;

/// <summary>Section <c>AnswerTime</c>: when an answer goes out whose time could tell an outsider something.</summary>
internal sealed class AnswerTimeOptions
{
    public const string Section = "AnswerTime";

    /// <summary>
    /// An answer goes out at a whole multiple of this after its call came: 10 ms to 1 s. Longer than an attempt takes on a quiet machine, most of which is the hash of a password, or the multiple
    /// says how long it took.
    /// </summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromMilliseconds(100);

    internal sealed class Validator : IValidateOptions<AnswerTimeOptions>
    {
        public ValidateOptionsResult Validate(string? name, AnswerTimeOptions options) =>
            options.Interval >= TimeSpan.FromMilliseconds(10) && options.Interval <= TimeSpan.FromSeconds(1)
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail("AnswerTime: Interval must be between 10 milliseconds and a second.");
    }
}

/// <summary>Keeps the time of an answer from telling what was done for it: whether somebody is a customer, or whether a card was right.</summary>
internal sealed class AnswerTime(IOptions<AnswerTimeOptions> options, TimeProvider time)
{
    private readonly TimeSpan _interval = options.Value.Interval;

    /// <summary>Does the work and gives its outcome, answer or exception, at a whole multiple of <see cref="AnswerTimeOptions.Interval"/> from now.</summary>
    public async Task<T> HoldAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        try
        {
            return await work();
        }
        finally
        {
            var due = _interval * (Math.Floor(time.GetElapsedTime(begun) / _interval) + 1);
            // A timer goes by milliseconds, and what it is off by depends on when it was set, thus on the work. The rest of less than two is waited for exactly; others go first.
            await Task.Delay(due - time.GetElapsedTime(begun), time, cancellationToken);
            while (time.GetElapsedTime(begun) < due)
                await Task.Yield();
        }
    }
}
