namespace BktSmart.Ledger;

// For API nodes of the version before, whose orders have no last moment. It goes with the next version.
public partial interface IBookkeepingGrain
{
    [Alias("Post")]
    Task<Result<LedgerTransfer>> Post(StaffMember staff, LinkedTransferCommand command, CancellationToken cancellationToken);

    [Alias("Hold")]
    Task<Result<LedgerTransfer>> Hold(StaffMember staff, HoldCommand command, CancellationToken cancellationToken);

    [Alias("PostHold")]
    Task<Result<LedgerTransfer>> PostHold(
        StaffMember staff, TransferId id, TransferId hold, long? amountMinor, string reference, CancellationToken cancellationToken);

    [Alias("ReleaseHold")]
    Task<Result<LedgerTransfer>> ReleaseHold(
        StaffMember staff, TransferId id, TransferId hold, string reference, CancellationToken cancellationToken);

    [Alias("Reverse")]
    Task<Result<LedgerTransfer>> Reverse(
        StaffMember staff, TransferId id, TransferId reversed, string reference, CancellationToken cancellationToken);
}
