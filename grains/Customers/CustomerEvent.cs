using System.Text.Json;

namespace BktSmart.Customers;

/// <param name="Number">Rises with every event of the customer, and has gaps.</param>
/// <param name="At">From the database's clock.</param>
/// <param name="Detail">What the text needs besides the kind: an object.</param>
internal sealed record CustomerEvent(long Number, CustomerEventKind Kind, DateTimeOffset At, JsonElement Detail)
{
    /// <summary>How long an event is kept at least: as <c>bank.retention</c> says.</summary>
    public static readonly TimeSpan LeastKept = TimeSpan.FromDays(397);

    /// <summary>Whether an event with this number may have been forgotten. A number is a time, in microseconds since 1970.</summary>
    public static bool MayBeForgotten(long number, DateTimeOffset now) =>
        number < (now - LeastKept - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
