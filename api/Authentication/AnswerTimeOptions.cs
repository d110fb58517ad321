using Microsoft.Extensions.Options;

namespace BktSmart.Authentication;

/// <summary>Section <c>AnswerTime</c>: when an answer goes out whose time could tell an outsider something.</summary>
internal sealed class AnswerTimeOptions
{
    public const string Section = "AnswerTime";

    /// <summary>
    /// An answer goes out at a whole multiple of this after its call came: 10 ms to 1 s. Longer than an attempt takes on a quiet machine,
    /// most of which is the hash of a password, or the multiple says how long it took.
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
