using System.Text.Json;

namespace BktSmart.Customers;

/// <param name="Number">Rises with every event of the customer, and has gaps.</param>
/// <param name="At">From the database's clock.</param>
/// <param name="Detail">What the text needs besides the kind: an object.</param>
internal sealed record CustomerEvent(long Number, CustomerEventKind Kind, DateTimeOffset At, JsonElement Detail);
