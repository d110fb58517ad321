using BktSmart.Errors;
using Microsoft.Extensions.Options;

namespace BktSmart.Admission;

/// <summary>
/// Refuses a call whose headers are larger than <see cref="ServerLimits.HeaderSizeMax"/>, with a reason. Kestrel's own limits lie far
/// above: it answers without one, and at twice its limit it ends the whole connection, which behind a proxy is everybody's.
/// </summary>
internal sealed class HeaderLimit(IOptions<ServerLimits> limits)
{
    /// <summary>What a header counts besides its name and value (RFC 9113, section 6.5.2).</summary>
    public const int Overhead = 32;

    private static readonly RefusalHeaders TooLarge = new(Reason.HeadersTooLarge);

    private readonly int _max = limits.Value.HeaderSizeMax;

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var size = 0;
        foreach (var (name, values) in context.Request.Headers)
        {
            foreach (var value in values)
                size += name.Length + (value?.Length ?? 0) + Overhead;
        }

        if (size <= _max)
            return next(context);
        Refusals.Count(nameof(ServerLimits.HeaderSizeMax));
        TooLarge.WriteTo(context);
        return Task.CompletedTask;
    }
}
