using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace BktSmart.Customers;

/// <summary>Writes who of the staff did what to whom, on the connection and in the transaction of the change itself.</summary>
internal static class AuditTrail
{
    public static async Task WriteAsync(
        NpgsqlConnection connection, StaffMember staff, string action, CustomerNumber customer, object detail, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "insert into bank.audit (at, staff, action, customer_number, detail) values ($1, $2, $3, $4, $5)", connection)
        {
            Parameters =
            {
                new() { Value = now.UtcDateTime },
                new() { Value = staff.Subject },
                new() { Value = action },
                new() { Value = customer.Value },
                new() { Value = JsonSerializer.Serialize(detail), NpgsqlDbType = NpgsqlDbType.Jsonb },
            },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
