using System.ComponentModel.DataAnnotations;

namespace BktSmart.Ledger;

/// <summary>Section <c>Orders</c>.</summary>
internal sealed class OrderOptions
{
    public const string Section = "Orders";

    /// <summary>
    /// How long after it came to this node an order may be booked. What takes longer is refused, wherever it waits: its client has long
    /// asked again. 5 s to 5 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:05:00")]
    public TimeSpan Lifetime { get; set; } = TimeSpan.FromSeconds(30);
}
