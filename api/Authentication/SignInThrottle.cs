using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;
using BktSmart.Answers;
using BktSmart.Customers;
using BktSmart.Errors;
using BktSmart.Hosting;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace BktSmart.Authentication;

/// <summary>
/// Section <c>SignInThrottle</c>: how often somebody who is not signed in may begin something at one node, before anything is done for it. It keeps crowds from the door; what counts
/// and locks is the customer's own record.
/// </summary>
internal sealed class SignInThrottleOptions
{
    public const string Section = "SignInThrottle";

    /// <summary>From one IPv4 address or IPv6 network of 64 bits, a minute. Mobile operators put many phones behind one address.</summary>
    public int PerAddressAndMinute { get; set; } = 60;

    /// <summary>From one device, a minute.</summary>
    public int PerDeviceAndMinute { get; set; } = 10;

    /// <summary>
    /// For one customer number or NID from one address, a minute, whether or not it exists. Not from all addresses together: then strangers could keep a customer out.
    /// </summary>
    public int PerIdentifierAndMinute { get; set; } = 10;

    internal sealed class Validator : IValidateOptions<SignInThrottleOptions>
    {
        public ValidateOptionsResult Validate(string? name, SignInThrottleOptions options) =>
            Math.Min(options.PerAddressAndMinute, Math.Min(options.PerDeviceAndMinute, options.PerIdentifierAndMinute)) >= 1
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail("SignInThrottle: PerAddressAndMinute, PerDeviceAndMinute and PerIdentifierAndMinute must be at least 1.");
    }
}

/// <summary>Refuses who comes too often, without looking at whether what they ask for exists.</summary>
internal sealed class SignInThrottle(IOptions<SignInThrottleOptions> options) : IDisposable
{
    /// <summary>A sign-in has a few further steps, and an app asks for the way of an SMS.</summary>
    private const int StepsPerAttempt = 5;

    private static readonly Counter<long> Throttled =
        new Meter(Telemetry.MeterName).CreateCounter<long>("bank.api.throttled", "{call}", "Calls without a session that came too often");

    private readonly PartitionedRateLimiter<string> _steps = Limiter(StepsPerAttempt * options.Value.PerAddressAndMinute);
    private readonly PartitionedRateLimiter<string> _addresses = Limiter(options.Value.PerAddressAndMinute);
    private readonly PartitionedRateLimiter<string> _devices = Limiter(options.Value.PerDeviceAndMinute);
    private readonly PartitionedRateLimiter<string> _identifiers = Limiter(options.Value.PerIdentifierAndMinute);

    /// <exception cref="RpcException"><see cref="Reason.TooManyAttempts"/>.</exception>
    public void Admit(ServerCallContext context, Guid? device = null, CustomerIdentifier? identifier = null)
    {
        Take(_addresses, context.CallerNetwork());
        if (device is { } id)
            Take(_devices, id.ToString("N"));
        if (identifier is { } named)
            Take(_identifiers, $"{named.Number?.ToString() ?? named.NationalId!.Value.Value} {context.CallerNetwork()}");
    }

    /// <summary>For the steps that follow the first.</summary>
    /// <exception cref="RpcException"><see cref="Reason.TooManyAttempts"/>.</exception>
    public void AdmitStep(ServerCallContext context) => Take(_steps, context.CallerNetwork());

    public void Dispose()
    {
        _steps.Dispose();
        _addresses.Dispose();
        _devices.Dispose();
        _identifiers.Dispose();
    }

    private static void Take(PartitionedRateLimiter<string> limiter, string who)
    {
        using var lease = limiter.AttemptAcquire(who);
        if (lease.IsAcquired)
            return;
        Throttled.Add(1);
        throw Refuse.Because(Reason.TooManyAttempts);
    }

    private static PartitionedRateLimiter<string> Limiter(int perMinute) => PartitionedRateLimiter.Create<string, string>(who =>
        RateLimitPartition.GetSlidingWindowLimiter(who, _ => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = perMinute,
            Window = TimeSpan.FromMinutes(1),
            SegmentsPerWindow = 6,
        }));
}
