using System.Diagnostics;
using BktSmart.Audit;
using Npgsql;

namespace BktSmart.Ledger;

/// <summary>
/// The SQL of the register: which accounts there are, whose they are, and how they stand. What moves an account is a batch.
/// </summary>
internal sealed class AccountRegister(NpgsqlDataSource database)
{
    private const string RegistrationColumns = "account_id, account_number, customer_number, currency, opened_at";
    private const int RegistrationColumnCount = 5;

    public async Task<IReadOnlyDictionary<long, AccountRegistration>> FindAsync(long[] ids, CancellationToken cancellationToken)
    {
        // account_pkey
        await using var command = database.CreateCommand($"select {RegistrationColumns} from bank.account where account_id = any($1)");
        command.Parameters.Add(new() { Value = ids });
        return (await ReadRegistrationsAsync(command, cancellationToken)).ToDictionary(account => account.Id);
    }

    public async Task<IReadOnlyDictionary<string, AccountRegistration>> FindAsync(string[] numbers, CancellationToken cancellationToken)
    {
        // account_account_number_key
        await using var command = database.CreateCommand($"select {RegistrationColumns} from bank.account where account_number = any($1)");
        command.Parameters.Add(new() { Value = numbers });
        return (await ReadRegistrationsAsync(command, cancellationToken)).ToDictionary(account => account.Number);
    }

    /// <summary>An account by its number, with its state; null where there is none.</summary>
    public async Task<(AccountRegistration Account, AccountState State)?> FindWithStateAsync(
        string number, CancellationToken cancellationToken)
    {
        var seenAt = Stopwatch.GetTimestamp();
        // account_account_number_key
        await using var command = database.CreateCommand(
            $"select {RegistrationColumns}, {LedgerStore.AccountColumns} from bank.account where account_number = $1");
        command.Parameters.Add(new() { Value = number });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? (ReadRegistration(reader), LedgerStore.ReadAccount(reader, RegistrationColumnCount, seenAt))
            : null;
    }

    /// <summary>Accounts by their numbers, each with its state.</summary>
    public async Task<IReadOnlyDictionary<string, StandingAccount>> FindWithStatesAsync(
        string[] numbers, CancellationToken cancellationToken)
    {
        // account_account_number_key
        await using var command = database.CreateCommand(
            $"select {RegistrationColumns}, {LedgerStore.AccountColumns} from bank.account where account_number = any($1)");
        command.Parameters.Add(new() { Value = numbers });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new Dictionary<string, StandingAccount>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var account = new StandingAccount(ReadRegistration(reader), LedgerStore.ReadAccount(reader, RegistrationColumnCount, 0));
            found.Add(account.Registration.Number, account);
        }

        return found;
    }

    public async Task<IReadOnlyList<AccountDetails>> ListAsync(CustomerNumber customer, CancellationToken cancellationToken)
    {
        // account_by_customer
        await using var command = database.CreateCommand($"""
            select {RegistrationColumns}, {LedgerStore.AccountColumns}
              from bank.account
             where customer_number = $1
             order by account_id
            """);
        command.Parameters.Add(new() { Value = customer.Value });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var accounts = new List<AccountDetails>();
        while (await reader.ReadAsync(cancellationToken))
            accounts.Add(ReadRegistration(reader).ToDetails(LedgerStore.ReadAccount(reader, RegistrationColumnCount, 0)));

        return accounts;
    }

    /// <summary>Opens an account, with its audit entry. The request id makes it one account, however often it is asked for.</summary>
    public async Task<Result<AccountDetails>> OpenAsync(
        StaffMember staff, Guid requestId, CustomerNumber customer, string bankCode, string branchCode, Currency currency,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        // The lock comes before the look at whom the customer trusts, and at the risk.
        await using var lockPayees = new NpgsqlCommand(
            "select bank.lock_trusted_payees($1)", connection) { Parameters = { new() { Value = customer.Value } } };
        await lockPayees.ExecuteNonQueryAsync(cancellationToken);
        // The number of the account becomes the account part of the IBAN, so it is drawn first.
        await using var draw = new NpgsqlCommand("select nextval(pg_get_serial_sequence('bank.account', 'account_id'))", connection);
        var id = (long)(await draw.ExecuteScalarAsync(cancellationToken))!;
        var iban = Iban.Albanian(bankCode, branchCode, id.ToString("D16", System.Globalization.CultureInfo.InvariantCulture));

        await using var insert = new NpgsqlCommand("""
            insert into bank.account (
                account_id, account_number, customer_number, currency, request_id, opened_at, trusted_payees, risk_raised_until)
            overriding system value
            values ($1, $2, $3, $4, $5, $6, (
                select array_agg(account_id order by trusted_payee_id) from bank.trusted_payee
                    where customer_number = $3 and removed_at is null), (
                select (state ->> 'RiskRaisedUntil')::date from bank.credentials where customer_number = $3))
            on conflict (request_id) do nothing
            returning opened_at
            """, connection)
        {
            Parameters =
            {
                new() { Value = id },
                new() { Value = iban.Value },
                new() { Value = customer.Value },
                new() { Value = currency.Code },
                new() { Value = requestId },
                new() { Value = now.UtcDateTime },
            },
        };
        // As it is stored, in microseconds: a repeated request is answered from the row.
        if (await insert.ExecuteScalarAsync(cancellationToken) is not DateTime openedAt)
            return await FindOpenedAsync(connection, requestId, customer, branchCode, currency, cancellationToken);

        await AuditTrail.WriteAsync(
            connection, staff, "open-account", customer, new { iban = iban.Value, currency = currency.Code }, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        var zero = new Money(0, currency);
        return new AccountDetails(iban, zero, 0, new DateTimeOffset(openedAt), zero, zero, AccountFreeze.None, false);
    }

    private static async Task<Result<AccountDetails>> FindOpenedAsync(
        NpgsqlConnection connection, Guid requestId, CustomerNumber customer, string branchCode, Currency currency,
        CancellationToken cancellationToken)
    {
        // account_request_id_key
        await using var command = new NpgsqlCommand($"""
            select {RegistrationColumns}, {LedgerStore.AccountColumns}
              from bank.account
             where request_id = $1
            """, connection) { Parameters = { new() { Value = requestId } } };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        var account = ReadRegistration(reader);
        if (account.CustomerNumber != customer || account.Currency != currency || account.Number[7..11] != branchCode)
            return new Refusal(Reason.RequestIdReused, "request_id");
        return account.ToDetails(LedgerStore.ReadAccount(reader, RegistrationColumnCount, 0));
    }

    /// <summary>Reads an account and keeps out the batches that move it, until the end of the transaction.</summary>
    public static async Task<AccountState> LockAsync(NpgsqlConnection connection, long accountId, CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(LedgerStore.KeepColumns),
                new NpgsqlBatchCommand($"select {LedgerStore.AccountColumns} from bank.lock_accounts(array[$1])")
                {
                    Parameters = { new() { Value = accountId } },
                },
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return LedgerStore.ReadAccount(reader, 0, Stopwatch.GetTimestamp());
    }

    private static async Task<List<AccountRegistration>> ReadRegistrationsAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<AccountRegistration>();
        while (await reader.ReadAsync(cancellationToken))
            found.Add(ReadRegistration(reader));
        return found;
    }

    private static AccountRegistration ReadRegistration(NpgsqlDataReader reader) => new(
        reader.GetInt64(0),
        reader.GetString(1),
        reader.IsDBNull(2) ? null : CustomerNumber.From(reader.GetInt32(2)),
        Currency.Parse(reader.GetString(3)),
        reader.GetFieldValue<DateTimeOffset>(4));
}
