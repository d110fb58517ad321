namespace BktSmart.Ledger;

/// <summary>The queues into which events are divided, so that several silos can read. The number is part of the stored rows.</summary>
internal static class LedgerEventQueues
{
    /// <summary>Fixed: <c>bank.event</c> has a constraint on it.</summary>
    public const int Count = 8;

    /// <summary>All events of a customer are in one queue, in order.</summary>
    public static short Of(int customerNumber) => (short)(customerNumber % Count);

    /// <summary>The queues into which a batch put events, as bits.</summary>
    public static int Of(IEnumerable<RecordedTransfer> booked, IReadOnlyDictionary<long, LockedAccount> accounts)
    {
        var queues = 0;
        foreach (var transfer in booked)
        {
            if (transfer.Refusal is not null)
                continue;
            queues |= Bit(accounts[transfer.DebitAccountId].CustomerNumber) | Bit(accounts[transfer.CreditAccountId].CustomerNumber);
        }

        return queues;

        static int Bit(int? customerNumber) => customerNumber is { } number ? 1 << Of(number) : 0;
    }
}
