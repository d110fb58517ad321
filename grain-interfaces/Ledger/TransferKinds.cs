namespace BktSmart.Ledger;

/// <summary>
/// What the kinds of transfers are. The rules and the verifier, with its SQL, ask here. What has to say it again is compared with this by
/// tests: the checks of the database, the protos and their mapping, the words of notifications, <c>docs/ledger.md</c>.
/// </summary>
public static class TransferKinds
{
    extension(TransferKind kind)
    {
        /// <summary>Whether each leg is two postings. The others only change what is held.</summary>
        public bool HasPostings => kind is not (TransferKind.Hold or TransferKind.HoldRelease or TransferKind.HoldExpiry);

        /// <summary>Whether it ends the hold that it is about.</summary>
        public bool EndsHold => kind is TransferKind.HoldPosting or TransferKind.HoldRelease or TransferKind.HoldExpiry;

        /// <summary>Whether it only frees what is held. All others need an approval where a customer orders them.</summary>
        public bool OnlyFrees => kind.EndsHold && !kind.HasPostings;

        /// <summary>Whether it is about another transfer: the hold that it ends, or what it moves back.</summary>
        public bool HasRelated => kind.EndsHold || kind is TransferKind.Reversal;

        /// <summary>Whether its time ends.</summary>
        public bool HasExpiry => kind is TransferKind.Hold;

        public bool HasExchangeRate => kind is TransferKind.Exchange;

        /// <summary>Whether the customer of its ordering account may look it up.</summary>
        public bool IsForCustomers => kind is TransferKind.Payment or TransferKind.CashDeposit or TransferKind.CashWithdrawal;
    }
}
