using Npgsql;

namespace BktSmart.Customers;

/// <summary>The SQL of callers: whom a member of staff asked on the telephone, and whether the answers were right.</summary>
internal sealed class CallerIdentificationStore(NpgsqlDataSource database, [BankClock] TimeProvider time)
{
    /// <summary>Notes whether a member of staff recognised the caller as the customer.</summary>
    /// <param name="lastFourDigits">Of any card of the customer that is in force.</param>
    /// <param name="failuresPerDayMax">Wrong answers to anybody within a day after which none is right.</param>
    public async Task<Result<Done>> IdentifyAsync(
        StaffMember staff, CustomerNumber customer, NationalId nationalId, string lastFourDigits, int failuresPerDayMax,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        // customer_pkey, card_by_customer, caller_identification_by_customer
        await using var command = database.CreateCommand("""
            with failed as (
                select count(*) >= $8 as too_often from bank.caller_identification
                    where customer_number = $1 and at > $7 and not recognised)
            insert into bank.caller_identification (customer_number, staff, at, recognised)
            select c.customer_number, $2, $3,
                   c.national_id = $4
                   and exists (
                       select from bank.card k
                        where k.customer_number = c.customer_number and k.last_four_digits = $5 and k.expires_on >= $6
                            and k.blocked_at is null)
                   and not failed.too_often
              from bank.customer c, failed
             where c.customer_number = $1
            returning recognised, (select too_often from failed)
            """);
        command.Parameters.Add(new() { Value = customer.Value });
        command.Parameters.Add(new() { Value = staff.Subject });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        command.Parameters.Add(new() { Value = nationalId.Value });
        command.Parameters.Add(new() { Value = lastFourDigits });
        command.Parameters.Add(new() { Value = BankTime.Today(time) });
        command.Parameters.Add(new() { Value = (now - TimeSpan.FromDays(1)).UtcDateTime });
        command.Parameters.Add(new() { Value = failuresPerDayMax });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return new Refusal(Reason.CustomerNotFound, "customer");
        if (reader.GetBoolean(0))
            return Done.Value;
        return reader.GetBoolean(1) ? Reason.CallerTriesExhausted : Reason.CallerNotRecognised;
    }

    /// <summary>Whether the member of staff recognised the customer as the caller since then, and no later attempt failed.</summary>
    public async Task<bool> WasIdentifiedAsync(
        CustomerNumber customer, StaffMember staff, DateTimeOffset since, CancellationToken cancellationToken)
    {
        // caller_identification_by_customer
        await using var command = database.CreateCommand("""
            select coalesce((select recognised
                               from bank.caller_identification
                              where customer_number = $1
                                and staff = $2
                                and at >= $3
                              order by at desc, identification_id desc
                              limit 1), false)
            """);
        command.Parameters.Add(new() { Value = customer.Value });
        command.Parameters.Add(new() { Value = staff.Subject });
        command.Parameters.Add(new() { Value = since.UtcDateTime });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
