using System.Diagnostics.Metrics;
using BktSmart.Authentication;
using BktSmart.Errors;
using Microsoft.Extensions.Options;

namespace BktSmart.Admission;

/// <summary>
/// Turns a call away while this node has as many under way as it may (<see cref="ServerLimits.CallsMax"/>), or as many of this caller. Its
/// answer is made once: a refusal must cost next to nothing, or refusing alone keeps the node from answering those that it let in. The call
/// did not run. Some places are left for staff, who are few and mend what is wrong. Streams have limits of their own.
/// </summary>
internal sealed class LoadShedder
{
    private static readonly Meter Meter = new(BankTelemetry.Name);
    private static readonly RefusalHeaders Overloaded = new(Reason.Overloaded);

    private readonly Places<CallerNetwork> _places;
    private readonly int _forStaff;

    public LoadShedder(IOptions<ServerLimits> limits)
    {
        _places = new Places<CallerNetwork>(limits.Value.CallsMax, limits.Value.CallsPerAddressMax);
        _forStaff = limits.Value.CallsForStaff;
        Meter.CreateObservableUpDownCounter<int>(
            "bank.api.call.active", () => _places.Taken, "{call}", "Calls under way that count towards Limits:CallsMax");
    }

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (AccessList.Find(context.Request.Path.Value ?? "") is not { IsBounded: true } access)
            return next(context);
        var caller = new CallerNetwork(context.Connection.RemoteIpAddress);
        var place = _places.TryTake(caller, leave: access.IsForStaff ? 0 : _forStaff);
        if (place == Place.Taken)
            return LetInAsync(context, next, caller);

        Refusals.Count(place == Place.HasItsShare ? nameof(ServerLimits.CallsPerAddressMax) : nameof(ServerLimits.CallsMax));
        Overloaded.WriteTo(context);
        return Task.CompletedTask;
    }

    private async Task LetInAsync(HttpContext context, RequestDelegate next, CallerNetwork caller)
    {
        try
        {
            await next(context);
        }
        finally
        {
            _places.GiveBack(caller);
        }
    }
}
