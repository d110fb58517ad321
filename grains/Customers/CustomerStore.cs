using BktSmart.Audit;
using Npgsql;

namespace BktSmart.Customers;

/// <summary>The SQL of customers and agreements. Every change writes its audit entry in the same transaction.</summary>
internal sealed class CustomerStore(NpgsqlDataSource database, [BankClock] TimeProvider time)
{
    public async Task<Result<CustomerNumber>> CreateAsync(StaffMember staff, NewCustomer customer, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (await FindByRequestAsync(connection, customer.RequestId, cancellationToken) is { } earlier)
            return SameContent(earlier, customer) ? earlier.Number!.Value : new Refusal(Reason.RequestIdReused, "request_id");

        try
        {
            await using var insert = new NpgsqlCommand("""
                insert into bank.customer (customer_number, request_id, national_id, name, phone, language, opened_at)
                values (coalesce($1, bank.next_customer_number()), $2, $3, $4, $5, $6, $7)
                returning customer_number
                """, connection)
            {
                Parameters =
                {
                    new() { Value = (object?)customer.Number?.Value ?? DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Integer },
                    new() { Value = customer.RequestId },
                    new() { Value = customer.NationalId.Value },
                    new() { Value = customer.Name },
                    new() { Value = customer.Phone.Value },
                    new() { Value = (short)customer.Language },
                    new() { Value = now.UtcDateTime },
                },
            };
            var number = CustomerNumber.From((int)(await insert.ExecuteScalarAsync(cancellationToken))!);
            await AuditTrail.WriteAsync(connection, staff, "create-customer", number, new { }, now, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return number;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.UniqueViolation)
        {
            // The same request, twice at once, fails on whichever key comes first: the other one won, and its row is there to read.
            await transaction.RollbackAsync(cancellationToken);
            if (await FindByRequestAsync(connection, customer.RequestId, cancellationToken) is { } winner)
                return SameContent(winner, customer) ? winner.Number!.Value : new Refusal(Reason.RequestIdReused, "request_id");

            return exception.ConstraintName switch
            {
                "customer_pkey" => new Refusal(Reason.CustomerNumberTaken, "customer_id"),
                "customer_national_id_key" => new Refusal(Reason.NationalIdTaken, "customer.national_id"),
                "customer_phone_key" => new Refusal(Reason.PhoneNumberTaken, "customer.phone_number"),
                _ => throw new InvalidOperationException($"No reason for the constraint {exception.ConstraintName}.", exception),
            };
        }
    }

    public async Task<Customer?> FindAsync(CustomerNumber number, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await FindAsync(connection, number, cancellationToken);
    }

    private async Task<Customer?> FindAsync(NpgsqlConnection connection, CustomerNumber number, CancellationToken cancellationToken)
    {
        // customer_pkey, agreement_pkey, card_by_customer
        await using var command = new NpgsqlCommand("""
            select national_id, name, phone, language,
                   (select max(version) from bank.agreement a where a.customer_number = c.customer_number),
                   array(select expires_on from bank.card k where k.customer_number = c.customer_number and k.blocked_at is null)
              from bank.customer c
             where customer_number = $1
            """, connection) { Parameters = { new() { Value = number.Value } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;

        int? agreement = await reader.IsDBNullAsync(4, cancellationToken) ? null : reader.GetInt32(4);
        var obstacles = EnrolmentRules.Obstacles(agreement, reader.GetFieldValue<DateOnly[]>(5), BankTime.Today(time));
        return new Customer(
            number, NationalId.Parse(reader.GetString(0)), reader.GetString(1), PhoneNumber.FromE164(reader.GetString(2)),
            (Language)reader.GetInt16(3), agreement, obstacles);
    }

    /// <summary>The customer with this number or NID; null for none.</summary>
    public async Task<CustomerNumber?> FindAsync(CustomerIdentifier identifier, CancellationToken cancellationToken)
    {
        // customer_pkey or customer_national_id_key
        await using var command = database.CreateCommand(
            identifier.Number is null
                ? "select customer_number from bank.customer where national_id = $1"
                : "select customer_number from bank.customer where customer_number = $1");
        command.Parameters.Add(new() { Value = identifier.Number is { } number ? number.Value : identifier.NationalId!.Value.Value });
        return await command.ExecuteScalarAsync(cancellationToken) is int found ? CustomerNumber.From(found) : null;
    }

    /// <summary>Names and NIDs of customers that exist.</summary>
    public async Task<IReadOnlyDictionary<CustomerNumber, CustomerDetails>> FindDetailsAsync(
        IReadOnlyCollection<CustomerNumber> numbers, CancellationToken cancellationToken)
    {
        // customer_pkey
        await using var command = database.CreateCommand(
            "select customer_number, name, national_id from bank.customer where customer_number = any($1)");
        command.Parameters.Add(new() { Value = numbers.Select(number => number.Value).Distinct().ToArray() });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<CustomerNumber, CustomerDetails>();
        while (await reader.ReadAsync(cancellationToken))
        {
            found.Add(
                CustomerNumber.From(reader.GetInt32(0)), new CustomerDetails(reader.GetString(1), NationalId.Parse(reader.GetString(2))));
        }

        return found;
    }

    /// <summary>Records a signature; false where there is no such customer. A version that was signed before changes nothing.</summary>
    public async Task<bool> RecordAgreementAsync(
        StaffMember staff, CustomerNumber customer, int version, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var insert = new NpgsqlCommand("""
            insert into bank.agreement (customer_number, version, recorded_at)
            select customer_number, $2, $3 from bank.customer where customer_number = $1
            on conflict do nothing
            """, connection)
        {
            Parameters = { new() { Value = customer.Value }, new() { Value = version }, new() { Value = now.UtcDateTime } },
        };
        if (await insert.ExecuteNonQueryAsync(cancellationToken) == 0)
            return await FindAsync(connection, customer, cancellationToken) is not null;

        await AuditTrail.WriteAsync(connection, staff, "record-agreement", customer, new { version }, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Registers another phone number; the unique key refuses that of another customer.</summary>
    public static NpgsqlBatchCommand SetPhone(CustomerNumber customer, PhoneNumber phone) =>
        new("update bank.customer set phone = $2 where customer_number = $1")
    {
        Parameters = { new() { Value = customer.Value }, new() { Value = phone.Value } },
    };

    private static async Task<NewCustomer?> FindByRequestAsync(
        NpgsqlConnection connection, Guid requestId, CancellationToken cancellationToken)
    {
        // customer_request_id_key
        await using var command = new NpgsqlCommand(
            "select customer_number, national_id, name, phone, language from bank.customer where request_id = $1", connection)
        {
            Parameters = { new() { Value = requestId } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken))
            return null;
        return new NewCustomer(
            requestId, CustomerNumber.From(reader.GetInt32(0)), NationalId.Parse(reader.GetString(1)), reader.GetString(2),
            PhoneNumber.FromE164(reader.GetString(3)), (Language)reader.GetInt16(4));
    }

    /// <summary>A request without a number is the same as the one that was given a number.</summary>
    private static bool SameContent(NewCustomer known, NewCustomer request) =>
        known == request with { Number = request.Number ?? known.Number };
}
