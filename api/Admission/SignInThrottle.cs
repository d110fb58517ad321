using Grpc.Core;
using Microsoft.Extensions.Options;

namespace BktSmart.Admission;

/// <summary>Refuses who comes too often, without looking at whether what they ask for exists.</summary>
internal sealed class SignInThrottle(IOptions<SignInThrottleOptions> options, TimeProvider time)
{
    /// <summary>A sign-in has a few further steps, and an app asks for the way of an SMS.</summary>
    private const int StepsPerAttempt = 5;

    private readonly RateLimit<CallerNetwork> _addresses = Limit<CallerNetwork>(
        nameof(SignInThrottleOptions.PerAddressAndMinute), options.Value.PerAddressAndMinute, time);

    private readonly RateLimit<CallerNetwork> _steps = Limit<CallerNetwork>(
        nameof(SignInThrottleOptions.PerAddressAndMinute), StepsPerAttempt * options.Value.PerAddressAndMinute, time);

    private readonly RateLimit<Guid> _devices = Limit<Guid>(
        nameof(SignInThrottleOptions.PerDeviceAndMinute), options.Value.PerDeviceAndMinute, time);

    private readonly RateLimit<(CustomerIdentifier, CallerNetwork)> _identifiers = Limit<(CustomerIdentifier, CallerNetwork)>(
        nameof(SignInThrottleOptions.PerIdentifierAndMinute), options.Value.PerIdentifierAndMinute, time);

    private readonly RateLimit<Guid> _sessions = Limit<Guid>(
        nameof(SignInThrottleOptions.RefreshesPerSessionAndMinute), options.Value.RefreshesPerSessionAndMinute, time);

    /// <exception cref="Errors.RefusedException"><see cref="Reason.TooManyAttempts"/>.</exception>
    public void Admit(ServerCallContext context, Guid? device = null, CustomerIdentifier? identifier = null)
    {
        var caller = Network(context);
        _addresses.Admit(caller);
        if (device is { } id)
            _devices.Admit(id);
        if (identifier is { } named)
            _identifiers.Admit((named, caller));
    }

    /// <summary>For the steps that follow the first.</summary>
    /// <exception cref="Errors.RefusedException"><see cref="Reason.TooManyAttempts"/>.</exception>
    public void AdmitStep(ServerCallContext context) => _steps.Admit(Network(context));

    /// <summary>
    /// By the session alone: many customers share the address of a mobile operator, and a stranger there must not sign them out.
    /// </summary>
    /// <param name="session">That the refresh token names, whether or not the token is genuine.</param>
    /// <exception cref="Errors.RefusedException"><see cref="Reason.TooManyAttempts"/>.</exception>
    public void AdmitRefresh(Guid session) => _sessions.Admit(session);

    private static CallerNetwork Network(ServerCallContext context) => new(context.GetHttpContext().Connection.RemoteIpAddress);

    private static RateLimit<TCaller> Limit<TCaller>(string limit, int perMinute, TimeProvider time)
        where TCaller : notnull => new(limit, perMinute, Reason.TooManyAttempts, time);
}
