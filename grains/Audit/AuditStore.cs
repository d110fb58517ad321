using Npgsql;
using NpgsqlTypes;

namespace BktSmart.Audit;

/// <summary>Reads the audit trail, which <see cref="AuditTrail"/> writes with each change.</summary>
internal sealed class AuditStore(NpgsqlDataSource database)
{
    /// <summary>The entries before one, newest first.</summary>
    /// <param name="customer">Null for all.</param>
    public async Task<IReadOnlyList<AuditEntry>> ListAsync(
        CustomerNumber? customer, long beforeId, int count, CancellationToken cancellationToken)
    {
        // audit_pkey or audit_by_customer
        await using var command = database.CreateCommand($"""
            select audit_id, at, staff, action, customer_number, detail::text
              from bank.audit
             where audit_id < $1
               {(customer is null ? "" : "and customer_number = $3")}
             order by audit_id desc
             limit $2
            """);
        command.Parameters.Add(new() { Value = beforeId });
        command.Parameters.Add(new() { Value = count });
        if (customer is { } number)
            command.Parameters.Add(new() { Value = number.Value, NpgsqlDbType = NpgsqlDbType.Integer });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<AuditEntry>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new AuditEntry(
                reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1), new StaffMember(reader.GetString(2)), reader.GetString(3),
                reader.IsDBNull(4) ? null : CustomerNumber.From(reader.GetInt32(4)), reader.GetString(5)));
        }

        return found;
    }
}
