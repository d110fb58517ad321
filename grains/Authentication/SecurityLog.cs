using Npgsql;

namespace BktSmart.Authentication;

/// <summary>Writes what staff do to what a customer has set, in the transaction of the change itself.</summary>
internal static class SecurityLog
{
    /// <summary>An entry without a device, to go into a batch with the change.</summary>
    public static NpgsqlBatchCommand Entry(CustomerNumber customer, SecurityEventKind kind, DateTimeOffset now) =>
        new("insert into bank.security_event (customer_number, at, kind) values ($1, $2, $3)")
        {
            Parameters =
            {
                new() { Value = customer.Value },
                new() { Value = now.UtcDateTime },
                new() { Value = (short)kind },
            },
        };
}
