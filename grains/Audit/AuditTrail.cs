using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace BktSmart.Audit;

/// <summary>Writes who of the staff did what to whom, on the connection and in the transaction of the change itself.</summary>
internal static class AuditTrail
{
    public static async Task WriteAsync(
        NpgsqlConnection connection, StaffMember staff, string action, CustomerNumber? customer, object detail, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Entry(staff, action, customer, detail, now) } };
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The same, to go into a batch with the change.</summary>
    public static NpgsqlBatchCommand Entry(StaffMember staff, string action, CustomerNumber? customer, object detail, DateTimeOffset now) =>
        new("insert into bank.audit (at, staff, action, customer_number, detail) values ($1, $2, $3, $4, $5)")
        {
            Parameters =
            {
                new() { Value = now.UtcDateTime },
                new() { Value = staff.Subject },
                new() { Value = action },
                new() { Value = (object?)customer?.Value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Integer },
                new() { Value = JsonSerializer.Serialize(detail), NpgsqlDbType = NpgsqlDbType.Jsonb },
            },
        };
}
