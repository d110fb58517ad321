namespace BktSmart.Ledger;

/// <summary>
/// The queues into which events are divided, so that several silos can read. Each has two lanes: one for postings, and one for the
/// customers' own events, so that the news of a lock does not wait behind those of payments. The number of the lane is part of the stored
/// rows.
/// </summary>
internal static class LedgerEventQueues
{
    /// <summary>Fixed: <c>bank.event</c> has a constraint on it.</summary>
    public const int Count = 8;

    /// <summary>All events of a customer are in one queue.</summary>
    public static short Of(int customerNumber) => (short)(customerNumber % Count);

    /// <summary>The customers' own events, then postings.</summary>
    public static short[] LanesOf(short queue) => [(short)(queue + Count), queue];

    /// <summary>The queues into which a batch put events, as bits.</summary>
    public static int Of(IEnumerable<LockedAccount> accounts)
    {
        var queues = 0;
        foreach (var account in accounts)
        {
            if (account.Before.CustomerNumber is { } number && account.SequenceNumber > account.Before.SequenceNumber)
                queues |= 1 << Of(number);
        }

        return queues;
    }
}
