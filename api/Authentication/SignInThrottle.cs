using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;
using BktSmart.Errors;
using Grpc.Core;
using Microsoft.Extensions.Options;

namespace BktSmart.Authentication;

/// <summary>Refuses who comes too often, without looking at whether what they ask for exists.</summary>
internal sealed class SignInThrottle(IOptions<SignInThrottleOptions> options) : IDisposable
{
    /// <summary>A sign-in has a few further steps, and an app asks for the way of an SMS.</summary>
    private const int StepsPerAttempt = 5;

    private static readonly Counter<long> Throttled =
        new Meter(BankTelemetry.Name).CreateCounter<long>("bank.api.throttled", "{call}", "Calls without a session that came too often");

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
