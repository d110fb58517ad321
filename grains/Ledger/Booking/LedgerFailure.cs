using Npgsql;

namespace BktSmart.Ledger;

/// <summary>What a failed attempt to book a batch tells.</summary>
internal static class LedgerFailure
{
    private const string Error = "ERROR";

    /// <summary>
    /// Whether the attempt wrote nothing for sure: it came to no commit, or the server answered with an error, which undid it. After an
    /// error that ends the connection, or without an answer, nobody can tell.
    /// </summary>
    public static bool ProvesNothingWritten(Exception exception) =>
        exception is LedgerFenceException or NothingWrittenException or PostgresException { InvariantSeverity: Error };

    /// <summary>
    /// Whether the same orders can fare better at once: the connection or the server failed, the transaction lost a deadlock or a race, or
    /// two silos brought the same new id.
    /// </summary>
    public static bool IsTransient(Exception exception) => CauseOf(exception) switch
    {
        LedgerFenceException fence => fence.Fence != LedgerFence.SiloEnded,
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "one_place_in_chain" } => true,
        PostgresException { InvariantSeverity: Error } postgres => postgres.SqlState is PostgresErrorCodes.SerializationFailure
            or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.LockNotAvailable,
        NpgsqlException or TimeoutException or OperationCanceledException or IOException => true,
        _ => false,
    };

    /// <summary>
    /// Whether one order of the batch may be the reason: a value, a constraint, a defect. What else the server says is about itself, and
    /// holds for every order.
    /// </summary>
    public static bool IsOfOneOrder(Exception exception) => !IsTransient(exception) && CauseOf(exception) switch
    {
        LedgerFenceException => false,
        PostgresException { SqlState: [var first, var second, ..] } => (first, second) is ('2', '2') or ('2', '3') or ('P', '0'),
        _ => true,
    };

    /// <summary>Whether somebody held a lock for longer than the ledger waits.</summary>
    public static bool IsOfLock(Exception exception) =>
        CauseOf(exception) is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable };

    private static Exception CauseOf(Exception exception) => exception is NothingWrittenException { Cause: var cause } ? cause : exception;
}
