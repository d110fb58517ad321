using BktSmart.Ledger;

namespace BktSmart.Tests.Rules.Ledger;

public sealed class LedgerEventQueueTest
{
    private static readonly CustomerNumber Customer = CustomerNumber.From(100_000_001);

    /// <summary>
    /// The queue left this silo and came back while a deletion was under way, and the row was read before that was committed.
    /// </summary>
    [Fact]
    public void End_RowWasReadAnewMeanwhile_LeavesItInFlight()
    {
        var queue = new LedgerEventQueue(TimeProvider.System);
        var row = new ReadRow(new EventRow(0, 7), TimeSpan.Zero, [new(7, Customer, 1, 1, 1), new(7, Customer, 2, 1, 2)]);
        queue.Begin(row);
        queue.Complete([queue.Track(7), queue.Track(7)]);
        var deleted = queue.TakeDone();
        Assert.Equal([row.Row], deleted);

        queue.Reset();
        queue.Begin(row);
        var first = queue.Track(7);
        queue.End(deleted);

        queue.Complete([first, queue.Track(7)]);
        Assert.Equal([row.Row], queue.TakeDone());
        queue.End([row.Row]);
        Assert.Equal(0, queue.InFlightCount);
    }
}
