using BktSmart.Authentication;
using BktSmart.Ledger;
using Npgsql;
using NpgsqlTypes;

namespace BktSmart.Payments;

/// <summary>The SQL of what customers set for payments.</summary>
internal sealed class PaymentSettingsStore(NpgsqlDataSource database)
{
    private const string TooManyTrustedPayees = "BK005";

    /// <summary>Oldest first.</summary>
    public async Task<IReadOnlyList<TrustedPayee>> ListTrustedPayeesAsync(CustomerNumber customer, CancellationToken cancellationToken)
    {
        // trusted_once, account_pkey
        await using var command = database.CreateCommand("""
            select a.account_number, t.added_at
              from bank.trusted_payee t
              join bank.account a on a.account_id = t.account_id
             where t.customer_number = $1
               and t.removed_at is null
             order by t.trusted_payee_id
            """);
        command.Parameters.Add(new() { Value = customer.Value });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var found = new List<TrustedPayee>();
        while (await reader.ReadAsync(cancellationToken))
            found.Add(new TrustedPayee(Iban.Parse(reader.GetString(0)), reader.GetFieldValue<DateTimeOffset>(1)));
        return found;
    }

    /// <summary>Trusts a payee; one that is trusted already stays so.</summary>
    /// <param name="session">Of the customer, in which an FNP was given for the payee.</param>
    /// <returns>Why the payee is not trusted; null where it is.</returns>
    public async Task<Reason?> TrustAsync(
        HeldSession session, long payeeId, int payeesMax, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await SetTrustedAsync(session.Customer, session.Id, payeeId, trusted: true, payeesMax, now, cancellationToken);
            return null;
        }
        catch (PostgresException exception) when (exception.SqlState is TooManyTrustedPayees or HeldSession.Ended)
        {
            return exception.SqlState == HeldSession.Ended ? Reason.SessionEnded : Reason.TooManyTrustedPayees;
        }
    }

    /// <returns>False when the payee was not trusted.</returns>
    public Task<bool> DistrustAsync(CustomerNumber customer, long payeeId, DateTimeOffset now, CancellationToken cancellationToken) =>
        SetTrustedAsync(customer, session: null, payeeId, trusted: false, 0, now, cancellationToken);

    /// <summary>Whoever had an FNP that the customer did not ask for gets no higher limits by it.</summary>
    public static NpgsqlBatchCommand CancelRaises(CustomerNumber customer, DateTimeOffset now) =>
        new("select bank.cancel_limit_raises($1, $2)")
    {
        Parameters = { new() { Value = customer.Value }, new() { Value = now.UtcDateTime } },
    };

    /// <summary>
    /// Nor a payee to whom payments need no FNP. Locks in the order of <c>bank.set_trusted_payee</c>, so it stands before <see
    /// cref="CancelRaises"/>.
    /// </summary>
    public static NpgsqlBatchCommand DistrustRecent(CustomerNumber customer, DateTimeOffset since, DateTimeOffset now) =>
        new("select bank.distrust_recent_payees($1, $2, $3)")
    {
        Parameters = { new() { Value = customer.Value }, new() { Value = since.UtcDateTime }, new() { Value = now.UtcDateTime } },
    };

    /// <summary>Before a day in Tirana each payment needs an FNP; null for as usual.</summary>
    public static NpgsqlBatchCommand RaiseRisk(CustomerNumber customer, DateOnly? until) => new("select bank.raise_risk($1, $2)")
    {
        Parameters =
        {
            new() { Value = customer.Value },
            new() { Value = (object?)until ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Date },
        },
    };

    /// <summary>Changes the limits of an account on its locked row.</summary>
    /// <param name="change">From the account as it stands; null to leave it.</param>
    /// <param name="also">Further statements of the same transaction, for the account as it stood.</param>
    /// <param name="session">In which an FNP was given for higher ones; null for what needs none.</param>
    /// <returns>The account, or that the session has ended.</returns>
    public async Task<Result<AccountState>> ChangeLimitsAsync(
        HeldSession? session, long accountId, Func<AccountState, (PaymentLimits Now, NextPaymentLimits? Next)?> change,
        Func<AccountState, IEnumerable<NpgsqlBatchCommand>> also, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (session is { } held && !await held.TryHoldAsync(connection, cancellationToken))
            return Reason.SessionEnded;
        var state = await AccountRegister.LockAsync(connection, accountId, cancellationToken);
        if (change(state) is not var (limits, next))
            return state;
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new("select bank.change_payment_limits($1, $2, $3, $4, $5)")
                {
                    Parameters =
                    {
                        new() { Value = accountId },
                        new() { Value = ToArray(limits) },
                        new() { Value = next is { } later
                            ? ToArray(later.Limits)
                            : DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
                        new() { Value = (object?)next?.From ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Date },
                        new() { Value = now.UtcDateTime },
                    },
                },
            },
        };
        foreach (var command in also(state))
            batch.BatchCommands.Add(command);
        var version = (long)(await batch.ExecuteScalarAsync(cancellationToken))!;
        await transaction.CommitAsync(cancellationToken);
        return state with { Limits = limits, NextLimits = next, Version = version };
    }

    /// <summary>The limits that held at a moment, as the customer had set them; null for the bank's.</summary>
    public async Task<PaymentLimits?> ReadLimitsAtAsync(long accountId, DateTimeOffset at, CancellationToken cancellationToken)
    {
        // payment_limit_change_pkey, backwards
        await using var command = database.CreateCommand("""
            select case when next_on <= ($2 at time zone 'Europe/Tirane')::date then next_limits else limits end
              from bank.payment_limit_change
             where account_id = $1
               and changed_at <= $2
             order by version desc
             limit 1
            """);
        command.Parameters.Add(new() { Value = accountId });
        command.Parameters.Add(new() { Value = at.UtcDateTime });
        return await command.ExecuteScalarAsync(cancellationToken) is long[] and [var payment, var day, var month]
            ? new PaymentLimits(payment, day, month)
            : null;
    }

    private async Task<bool> SetTrustedAsync(
        CustomerNumber customer, Guid? session, long payeeId, bool trusted, int payeesMax, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select bank.set_trusted_payee($1, $2, $3, $4, $5, $6)");
        command.Parameters.Add(new() { Value = customer.Value });
        command.Parameters.Add(new() { Value = (object?)session ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Uuid });
        command.Parameters.Add(new() { Value = payeeId });
        command.Parameters.Add(new() { Value = trusted });
        command.Parameters.Add(new() { Value = payeesMax });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static long[] ToArray(PaymentLimits limits) => [limits.PaymentMinor, limits.DayMinor, limits.MonthMinor];
}
