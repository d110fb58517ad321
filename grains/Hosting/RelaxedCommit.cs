using Npgsql;

namespace BktSmart;

internal static class RelaxedCommit
{
    /// <summary>
    /// Runs a statement whose commit does not wait for the disk. Only for what may be forgotten in a crash of the server because it is then done again: an event
    /// that is delivered twice, a push that is settled twice. What was committed before is on the disk before it.
    /// </summary>
    public static async Task ExecuteRelaxedAsync(this NpgsqlDataSource database, NpgsqlBatchCommand command, CancellationToken cancellationToken)
    {
        // Both run in the one implicit transaction of the batch, and the setting ends with it.
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("select set_config('synchronous_commit', 'off', true)"));
        batch.BatchCommands.Add(command);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }
}
