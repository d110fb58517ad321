using BktSmart.Audit;
using Npgsql;

namespace BktSmart.Cases;

/// <summary>The SQL of what the contact centre has to look into.</summary>
internal sealed class SupportCaseStore(NpgsqlDataSource database, [BankClock] TimeProvider time)
{
    /// <summary>Goes into the transaction of what the case is about.</summary>
    public static NpgsqlBatchCommand Open(CustomerNumber customer, SupportCaseKind kind, DateTimeOffset now) =>
        new("insert into bank.support_case (customer_number, kind, opened_at) values ($1, $2, $3)")
        {
            Parameters = { new() { Value = customer.Value }, new() { Value = (short)kind }, new() { Value = now.UtcDateTime } },
        };

    /// <summary>What is open, oldest first.</summary>
    public async Task<SupportCasePage> ListOpenAsync(long? after, int count, CancellationToken cancellationToken)
    {
        // support_case_open
        await using var command = database.CreateCommand("""
            select case_id, customer_number, kind, opened_at from bank.support_case
             where closed_at is null and case_id > $1
             order by case_id limit $2
            """);
        command.Parameters.Add(new() { Value = after ?? 0 });
        command.Parameters.Add(new() { Value = count + 1 });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<SupportCase>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(new SupportCase(
                reader.GetInt64(0), CustomerNumber.From(reader.GetInt32(1)), (SupportCaseKind)reader.GetInt16(2),
                reader.GetFieldValue<DateTimeOffset>(3)));
        }

        return new SupportCasePage([.. found.Take(count)], found.Count > count);
    }

    /// <summary>Closes a case, with its entry in the audit trail; false where none of this number is open.</summary>
    public async Task<bool> CloseAsync(StaffMember staff, long id, string note, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        // support_case_pkey
        await using var close = new NpgsqlCommand(
            "update bank.support_case set closed_at = $2 where case_id = $1 and closed_at is null returning customer_number", connection)
        {
            Parameters = { new() { Value = id }, new() { Value = now.UtcDateTime } },
        };
        if (await close.ExecuteScalarAsync(cancellationToken) is not int customer)
            return false;
        await AuditTrail.WriteAsync(
            connection, staff, "close-case", CustomerNumber.From(customer), new { id, note }, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }
}
