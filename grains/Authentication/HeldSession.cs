using Npgsql;

namespace BktSmart.Authentication;

/// <summary>
/// A session of a customer that stays open until the end of a transaction, so that a report of an FNP comes before it or behind it. A
/// report takes this row first: so does whoever holds a session.
/// </summary>
internal readonly record struct HeldSession(CustomerNumber Customer, Guid Id)
{
    /// <summary>The SQLSTATE of a session that has ended.</summary>
    public const string Ended = "BK013";

    public HeldSession(Requester requester) : this(requester.Number, requester.SessionId)
    {
    }

    /// <summary>Holds it in the transaction of a connection: the first thing there, and the last where the answer is no.</summary>
    public async Task<bool> TryHoldAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select bank.hold_session($1, $2)", connection);
        command.Parameters.Add(new() { Value = Customer.Value });
        command.Parameters.Add(new() { Value = Id });
        try
        {
            await command.ExecuteNonQueryAsync(cancellationToken);
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState == Ended)
        {
            return false;
        }
    }
}
