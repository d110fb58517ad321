using BktSmart.Audit;
using Npgsql;

namespace BktSmart.Cards;

/// <summary>The SQL of cards. The full number is nowhere: a card is found by the keyed fingerprint of its number.</summary>
internal sealed class CardStore(NpgsqlDataSource database, [BankClock] TimeProvider time)
{
    /// <summary>Records a card under the fingerprint of its number.</summary>
    public async Task<Result<Card>> IssueAsync(
        StaffMember staff, CustomerNumber customer, byte[] fingerprint, string lastFourDigits, CardExpiry expiry,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var insert = new NpgsqlCommand("""
            insert into bank.card (customer_number, fingerprint, last_four_digits, expires_on, issued_at)
            select customer_number, $2, $3, $4, $5 from bank.customer where customer_number = $1
            on conflict (fingerprint) do nothing
            """, connection)
        {
            Parameters =
            {
                new() { Value = customer.Value },
                new() { Value = fingerprint },
                new() { Value = lastFourDigits },
                new() { Value = expiry.LastDay },
                new() { Value = now.UtcDateTime },
            },
        };
        if (await insert.ExecuteNonQueryAsync(cancellationToken) == 0)
        {
            if (await FindAsync(connection, fingerprint, cancellationToken) is not { } card)
                return new Refusal(Reason.CustomerNotFound, "customer");
            if (card.Customer != customer || card.ExpiresOn != expiry.LastDay)
                return new Refusal(Reason.CardTaken, "card_number");
            return card.IsBlocked ? new Refusal(Reason.CardBlocked, "card_number") : new Card(lastFourDigits, expiry);
        }

        await AuditTrail.WriteAsync(connection, staff, "issue-card", customer, new { lastFourDigits }, now, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return new Card(lastFourDigits, expiry);
    }

    /// <summary>Null where no such card was issued.</summary>
    public async Task<IssuedCard?> FindAsync(byte[] fingerprint, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await FindAsync(connection, fingerprint, cancellationToken);
    }

    private static async Task<IssuedCard?> FindAsync(NpgsqlConnection connection, byte[] fingerprint, CancellationToken cancellationToken)
    {
        // card_fingerprint_key
        await using var command = new NpgsqlCommand(
            "select customer_number, expires_on, blocked_at is not null from bank.card where fingerprint = $1", connection)
        {
            Parameters = { new() { Value = fingerprint } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new IssuedCard(CustomerNumber.From(reader.GetInt32(0)), reader.GetFieldValue<DateOnly>(1), reader.GetBoolean(2))
            : null;
    }

    /// <summary>Blocks every card that is not blocked yet.</summary>
    public static NpgsqlBatchCommand BlockAll(CustomerNumber customer, DateTimeOffset now) =>
        new("update bank.card set blocked_at = $2 where customer_number = $1 and blocked_at is null")
        {
            Parameters = { new() { Value = customer.Value }, new() { Value = now.UtcDateTime } },
        };
}
