using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace BktSmart.Hosting;

/// <summary>The clock that the bank's rules go by. Section <c>Clock</c>.</summary>
public sealed class ClockOptions
{
    public const string Section = "Clock";

    /// <summary>
    /// A file that says how far the clock is ahead of this machine's (<c>[d.]hh:mm:ss</c>; none: not at all), looked at again and again: in
    /// Development, and nowhere else.
    /// </summary>
    public string AheadFile { get; set; } = "";

    internal sealed class Validator(IHostEnvironment environment) : IValidateOptions<ClockOptions>
    {
        public ValidateOptionsResult Validate(string? name, ClockOptions options) =>
            options.AheadFile.Length == 0 || environment.IsDevelopment()
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail(
                    "Clock:AheadFile is set, and it would move the bank's clock: it is for Development only. Unset it.");
    }
}
