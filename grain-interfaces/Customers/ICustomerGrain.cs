using BktSmart.Cards;
using BktSmart.Ledger;

namespace BktSmart.Customers;

/// <summary>One customer, as the branch works with them. Key: <see cref="GrainKeys.Customer(CustomerNumber)"/>.</summary>
[Alias("bktsmart.ICustomerGrain")]
public interface ICustomerGrain : IGrainWithStringKey
{
    [Alias("Get"), ForApi]
    Task<Result<Customer>> Get(CancellationToken cancellationToken);

    /// <summary>Records the signature under a KSHBI version (R2); versions count from 1 and never go back.</summary>
    [Alias("RecordAgreement"), ForApi]
    Task<Result<Customer>> RecordAgreement(StaffMember staff, int version, CancellationToken cancellationToken);

    /// <summary>
    /// Asks for a correction of name or NID, which another member of staff confirms. The same request by the same person gives the one that
    /// waits; another one is refused while that stands.
    /// </summary>
    /// <param name="name">Null to keep the one that it is.</param>
    /// <param name="nationalId">Null to keep the one that it is.</param>
    /// <param name="note">Why.</param>
    [Alias("RequestCorrection"), ForApi]
    Task<Result<CorrectionAnswer>> RequestCorrection(
        StaffMember staff, string? name, NationalId? nationalId, string note, CancellationToken cancellationToken);

    /// <summary>Opens a current account with a new IBAN; the same request id gives the same account again.</summary>
    [Alias("OpenAccount"), ForApi]
    Task<Result<AccountDetails>> OpenAccount(
        StaffMember staff, Guid requestId, string branchCode, Currency currency, CancellationToken cancellationToken);

    /// <summary>Records a card that was handed out; recording the same card twice changes nothing.</summary>
    [Alias("IssueCard"), ForApi]
    Task<Result<Card>> IssueCard(StaffMember staff, Secret cardNumber, CardExpiry expiry, CancellationToken cancellationToken);

    /// <summary>
    /// Compares what a caller answered on the telephone with what the bank has, and notes the result; staff enter the answers and do not
    /// see what is right. A wrong one undoes a right one before, and after some wrong ones none is right for a day.
    /// </summary>
    [Alias("IdentifyCaller"), ForApi]
    Task<Result<Done>> IdentifyCaller(
        StaffMember staff, NationalId nationalId, string cardLastFourDigits, CancellationToken cancellationToken);

    /// <summary>All accounts of the customer, oldest first, with balances read at one point in time.</summary>
    [Alias("ListAccounts"), ForApi]
    Task<IReadOnlyList<AccountDetails>> ListAccounts(CancellationToken cancellationToken);
}
