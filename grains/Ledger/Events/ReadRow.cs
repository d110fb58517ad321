namespace BktSmart.Ledger;

/// <param name="Age">Since it was written, by the database's clock.</param>
internal sealed record ReadRow(EventRow Row, TimeSpan Age, List<TransactionPosted> Events);
