namespace BktSmart.Ledger;

// As IBookkeepingGrain.Before.cs says.
internal sealed partial class BookkeepingGrain
{
    public Task<Result<LedgerTransfer>> Post(StaffMember staff, LinkedTransferCommand command, CancellationToken cancellationToken) =>
        Post(staff, command, OrderTerms.Unlimited, cancellationToken);

    public Task<Result<LedgerTransfer>> Hold(StaffMember staff, HoldCommand command, CancellationToken cancellationToken) =>
        Hold(staff, command, OrderTerms.Unlimited, cancellationToken);

    public Task<Result<LedgerTransfer>> PostHold(
        StaffMember staff, TransferId id, TransferId hold, long? amountMinor, string reference, CancellationToken cancellationToken) =>
        PostHold(staff, id, hold, amountMinor, reference, OrderTerms.Unlimited, cancellationToken);

    public Task<Result<LedgerTransfer>> ReleaseHold(
        StaffMember staff, TransferId id, TransferId hold, string reference, CancellationToken cancellationToken) =>
        ReleaseHold(staff, id, hold, reference, OrderTerms.Unlimited, cancellationToken);

    public Task<Result<LedgerTransfer>> Reverse(
        StaffMember staff, TransferId id, TransferId reversed, string reference, CancellationToken cancellationToken) =>
        Reverse(staff, id, reversed, reference, OrderTerms.Unlimited, cancellationToken);
}
