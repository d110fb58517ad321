using Microsoft.Extensions.Options;

namespace BktSmart.Admission;

/// <summary>
/// Section <c>SignInThrottle</c>: how often somebody who is not signed in may begin something at one node, before anything is done for it.
/// It keeps crowds from the door; what counts and locks is the customer's own record.
/// </summary>
internal sealed class SignInThrottleOptions
{
    public const string Section = "SignInThrottle";

    /// <summary>From one IPv4 address or IPv6 network of 64 bits, a minute. Mobile operators put many phones behind one address.</summary>
    public int PerAddressAndMinute { get; set; } = 60;

    /// <summary>From one device, a minute.</summary>
    public int PerDeviceAndMinute { get; set; } = 10;

    /// <summary>
    /// For one customer number or NID from one address, a minute, whether or not it exists. Not from all addresses together: then strangers
    /// could keep a customer out.
    /// </summary>
    public int PerIdentifierAndMinute { get; set; } = 10;

    /// <summary>Refreshes of one session, a minute. An app refreshes every few minutes, and repeats while an answer is lost.</summary>
    public int RefreshesPerSessionAndMinute { get; set; } = 20;

    internal sealed class Validator : IValidateOptions<SignInThrottleOptions>
    {
        public ValidateOptionsResult Validate(string? name, SignInThrottleOptions options) =>
            new[]
            {
                options.PerAddressAndMinute, options.PerDeviceAndMinute, options.PerIdentifierAndMinute,
                options.RefreshesPerSessionAndMinute,
            }.Min() >= 1
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail(
                    "SignInThrottle: PerAddressAndMinute, PerDeviceAndMinute, PerIdentifierAndMinute and RefreshesPerSessionAndMinute must "
                    + "be at least 1.");
    }
}
