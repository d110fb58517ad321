using BktSmart.Authentication;
using BktSmart.Customers;
using BktSmart.Ledger;

namespace BktSmart.Accounts;

/// <summary>
/// One customer account; key: the IBAN. It admits transfers and gives each to the ledger, which decides. A customer's call names the
/// customer who asks: for anybody but the owner the account does not exist. Staff name themselves.
/// </summary>
[Alias("bktsmart.IAccountGrain")]
public interface IAccountGrain : IGrainWithStringKey
{
    /// <summary>
    /// Pays from this account. The answer comes after the commit. The same id with the same content gives the original answer;
    /// <see cref="Reason.OutcomeUnknown"/> means that the same order must come again, to be booked or to be settled (<see
    /// cref="OrderTerms.SettleOnly"/>), and <see cref="Reason.ConfirmationRequired"/> that it must come with an FNP.
    /// </summary>
    [Alias("TransferOnTerms"), ForApi]
    Task<Result<BookedTransfer>> Transfer(
        CustomerNumber requester, TransferCommand command, OrderTerms terms, CancellationToken cancellationToken);

    /// <summary>
    /// Sends the FNP that confirms a payment: exactly this one. A payment that would be refused anyway is refused here, and its id stays
    /// free; one that needs no FNP sends none. The same request again, with the same id, gets what it got, and sends no other FNP.
    /// </summary>
    /// <param name="requestId">Made by the app.</param>
    [Alias("BeginConfirmation"), ForApi]
    Task<Result<FnpChallenge>> BeginConfirmation(
        Requester requester, TransferCommand command, Guid requestId, CancellationToken cancellationToken);

    /// <summary>As <see cref="Transfer"/>, with the FNP for this payment. Any change since the FNP was sent makes it void.</summary>
    [Alias("TransferConfirmedOnTerms"), ForApi]
    Task<Result<BookedTransfer>> TransferConfirmed(
        Requester requester, TransferCommand command, Confirmation confirmation, OrderTerms terms, CancellationToken cancellationToken);

    /// <summary>
    /// What a payment would be if it were ordered now, or why it would be refused. It decides nothing, and holds nothing for the payment.
    /// </summary>
    [Alias("Quote"), ForApi]
    Task<Result<TransferQuote>> Quote(CustomerNumber requester, Iban payee, Money amount, CancellationToken cancellationToken);

    /// <summary>
    /// Cash over the counter, in (<see cref="CashDirection.Deposit"/>) or out, against the bank's cash account of the currency.
    /// </summary>
    [Alias("MoveCashOnTerms"), ForApi]
    Task<Result<BookedTransfer>> MoveCash(
        StaffMember staff, CashDirection direction, CashCommand command, OrderTerms terms, CancellationToken cancellationToken);

    /// <summary>
    /// The account with its balance. What this account paid and what else was ordered on its own silo is in it at once; what came by
    /// another one, after the ledger's balance age at the latest. <see cref="ICustomerGrain.ListAccounts"/> reads the ledger itself.
    /// </summary>
    [Alias("Get"), ForApi]
    Task<Result<AccountDetails>> Get(CustomerNumber requester, CancellationToken cancellationToken);

    /// <summary>The account's transactions, newest first (R14).</summary>
    /// <param name="beforeSequenceNumber">Only those with a lower number; null starts at the newest.</param>
    /// <param name="count">1 to <see cref="TransactionPage.CountMax"/>.</param>
    [Alias("ListTransactions"), ForApi]
    Task<Result<TransactionPage>> ListTransactions(
        CustomerNumber requester, long? beforeSequenceNumber, int count, CancellationToken cancellationToken);

    /// <summary>
    /// Sets how far the account may be overdrawn; a higher limit waits for a second person. The same request by the same person gives the
    /// one that waits; while it does, another request is refused with <see cref="Reason.ApprovalPending"/>.
    /// </summary>
    /// <param name="limitMinor">Zero or more.</param>
    /// <param name="note">Why; goes into the audit trail with every change of the terms.</param>
    [Alias("RequestOverdraftLimit"), ForApi]
    Task<Result<TermsAnswer>> RequestOverdraftLimit(StaffMember staff, long limitMinor, string note, CancellationToken cancellationToken);

    /// <summary>Sets what is blocked; <see cref="AccountFreeze.None"/> lifts it.</summary>
    [Alias("Freeze"), ForApi]
    Task<Result<AccountDetails>> Freeze(StaffMember staff, AccountFreeze freeze, string note, CancellationToken cancellationToken);

    /// <summary>Closes the account: its balance must be zero, and nothing held.</summary>
    [Alias("Close"), ForApi]
    Task<Result<AccountDetails>> Close(StaffMember staff, string note, CancellationToken cancellationToken);

    /// <summary>Opens a closed account again, as soon as a second person confirms it.</summary>
    [Alias("RequestReopening"), ForApi]
    Task<Result<TermsAnswer>> RequestReopening(StaffMember staff, string note, CancellationToken cancellationToken);
}
