using BktSmart.Ledger;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>The first batch is committed, and its answer is lost.</summary>
internal sealed class AnswersLost(LedgerStore store) : InterruptedLedger(store)
{
    private bool _isOver;

    public Func<Task> AfterCommit { get; set; } = () => Task.CompletedTask;

    protected override async Task ReachAsync(LedgerMoment moment)
    {
        if (moment != LedgerMoment.Committed || _isOver)
            return;
        _isOver = true;
        await AfterCommit();
        throw new NpgsqlException("The connection is broken.");
    }
}
