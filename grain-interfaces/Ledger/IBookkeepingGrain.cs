namespace BktSmart.Ledger;

/// <summary>
/// The ledger for staff: any account, several legs, holds, reversals. Every order has its caller's id, as a customer's does: the same id
/// with the same content gives the original answer.
/// </summary>
[Alias("bktsmart.IBookkeepingGrain")]
public interface IBookkeepingGrain : IGrainWithIntegerKey
{
    [Alias("PostOnTerms"), ForApi]
    Task<Result<LedgerTransfer>> Post(
        StaffMember staff, LinkedTransferCommand command, OrderTerms terms, CancellationToken cancellationToken);

    [Alias("HoldOnTerms"), ForApi]
    Task<Result<LedgerTransfer>> Hold(StaffMember staff, HoldCommand command, OrderTerms terms, CancellationToken cancellationToken);

    /// <summary>Ends a hold by moving its money.</summary>
    /// <param name="amountMinor">At most what is held; null for all of it. What is not moved is free again.</param>
    [Alias("PostHoldOnTerms"), ForApi]
    Task<Result<LedgerTransfer>> PostHold(
        StaffMember staff, TransferId id, TransferId hold, long? amountMinor, string reference, OrderTerms terms,
        CancellationToken cancellationToken);

    /// <summary>Ends a hold without moving money.</summary>
    [Alias("ReleaseHoldOnTerms"), ForApi]
    Task<Result<LedgerTransfer>> ReleaseHold(
        StaffMember staff, TransferId id, TransferId hold, string reference, OrderTerms terms, CancellationToken cancellationToken);

    /// <summary>Moves back what a transfer moved. It can be reversed once, and only while the money is there.</summary>
    [Alias("ReverseOnTerms"), ForApi]
    Task<Result<LedgerTransfer>> Reverse(
        StaffMember staff, TransferId id, TransferId reversed, string reference, OrderTerms terms, CancellationToken cancellationToken);

    /// <summary>What was decided under an id, whoever ordered it: the transfer, or its refusal.</summary>
    [Alias("Get"), ForApi]
    Task<Result<LedgerTransfer>> Get(TransferId id, CancellationToken cancellationToken);

    /// <summary>The balances of accounts, all at one point in the order of commits, in the order of the numbers.</summary>
    /// <param name="numbers">1 to <see cref="LedgerBalance.CountMax"/>.</param>
    [Alias("GetBalances"), ForApi]
    Task<Result<IReadOnlyList<LedgerBalance>>> GetBalances(IReadOnlyList<string> numbers, CancellationToken cancellationToken);
}
