using BktSmart.Audit;
using BktSmart.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace BktSmart.Accounts;

/// <summary>The SQL of what customers see of their accounts, and of the terms that staff change.</summary>
internal sealed class AccountStore(NpgsqlDataSource database)
{
    /// <summary>The newest transactions below a sequence number, and whether there are more.</summary>
    public async Task<TransactionPage> ListTransactionsAsync(long accountId, long? before, int count, CancellationToken cancellationToken)
    {
        // posting_pkey, backwards; the rest by primary keys
        await using var command = database.CreateCommand($"""
            select {TransactionRows.Columns}
              from bank.posting p
              {TransactionRows.Joins}
             where p.account_id = $1
               and p.sequence_number < $2
             order by p.sequence_number desc
             limit $3
            """);
        command.Parameters.Add(new() { Value = accountId });
        command.Parameters.Add(new() { Value = before ?? long.MaxValue });
        command.Parameters.Add(new() { Value = count + 1 });
        return await ReadPageAsync(command, count, cancellationToken);
    }

    /// <summary>
    /// Changes what an account may do, with the entries in its history and in the audit trail. Terms that hold already are left alone;
    /// those that need a second person are refused, and asked for at <see cref="TermsApprovals"/>.
    /// </summary>
    /// <param name="change">The wanted terms, from those that hold.</param>
    public async Task<Result<AccountState>> ChangeTermsAsync(
        StaffMember staff, AccountRegistration account, string action, Func<AccountTerms, AccountTerms> change, string note,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);

        var state = await AccountRegister.LockAsync(connection, account.Id, cancellationToken);
        var before = AccountTerms.Of(state);
        var terms = change(before);
        if (terms == before)
            return state;
        if (terms.Refuse(state) is { } reason)
            return reason;
        if (terms.NeedSecondPerson(before))
            return Reason.SecondPersonRequired;

        state = await WriteTermsAsync(connection, state, terms, approvalId: null, now, cancellationToken);
        await AuditTrail.WriteAsync(
            connection, staff, action, account.CustomerNumber!.Value,
            new Dictionary<string, object?>([.. Describe(account.Number, terms), new("note", note)]), now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return state;
    }

    /// <summary>What the audit trail says of terms.</summary>
    internal static IEnumerable<KeyValuePair<string, object?>> Describe(string iban, AccountTerms terms) =>
    [
        new("iban", iban), new("overdraftLimitMinor", -terms.FloorMinor), new("freeze", terms.Freeze.ToString()),
        new("closed", terms.Closed),
    ];

    /// <summary>Gives an account that is locked other terms.</summary>
    /// <param name="approvalId">The request that a second person has confirmed, where one must.</param>
    internal static async Task<AccountState> WriteTermsAsync(
        NpgsqlConnection connection, AccountState locked, AccountTerms terms, long? approvalId, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select bank.change_terms($1, $2, $3, $4, $5, $6)", connection)
        {
            Parameters =
            {
                new() { Value = locked.Id },
                new() { Value = (object?)terms.FloorMinor ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
                new() { Value = (short)terms.Freeze },
                new() { Value = terms.Closed },
                new() { Value = now.UtcDateTime },
                new() { Value = (object?)approvalId ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Bigint },
            },
        };
        var version = (long)(await command.ExecuteScalarAsync(cancellationToken))!;
        return locked with { FloorMinor = terms.FloorMinor, Freeze = terms.Freeze, Closed = terms.Closed, Version = version };
    }

    private static async Task<TransactionPage> ReadPageAsync(NpgsqlCommand command, int count, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var transactions = new List<Transaction>();
        var more = false;
        while (!more && await reader.ReadAsync(cancellationToken))
        {
            if (transactions.Count == count)
                more = true;
            else
                transactions.Add(TransactionRows.Read(reader, 0));
        }

        return new TransactionPage(transactions, more);
    }
}
