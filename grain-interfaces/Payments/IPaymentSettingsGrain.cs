using BktSmart.Authentication;
using BktSmart.Ledger;

namespace BktSmart.Payments;

/// <summary>
/// What a customer has set for payments; key: <see cref="GrainKeys.Customer(CustomerNumber)"/>. Holds nothing: the ledger's database has
/// it, under the fences of the accounts.
/// </summary>
[Alias("bktsmart.IPayerGrain")]
public interface IPaymentSettingsGrain : IGrainWithStringKey
{
    /// <summary>Oldest first.</summary>
    [Alias("ListTrustedPayees"), ForApi]
    Task<IReadOnlyList<TrustedPayee>> ListTrustedPayees(CancellationToken cancellationToken);

    /// <summary>Sends the FNP that confirms a new trusted payee; the same request again, with the same id, sends no other.</summary>
    /// <param name="requestId">Made by the app.</param>
    [Alias("BeginTrustedPayee"), ForApi]
    Task<Result<FnpChallenge>> BeginTrustedPayee(
        Requester requester, Iban payee, Guid requestId, CancellationToken cancellationToken);

    /// <summary>Payments to the payee need no FNP any more, from any account of the customer.</summary>
    [Alias("AddTrustedPayee"), ForApi]
    Task<Result<TrustedPayee>> AddTrustedPayee(
        Requester requester, Iban payee, Confirmation confirmation, CancellationToken cancellationToken);

    [Alias("RemoveTrustedPayee"), ForApi]
    Task<Result<Done>> RemoveTrustedPayee(Requester requester, Iban payee, CancellationToken cancellationToken);

    [Alias("GetLimits"), ForApi]
    Task<Result<PaymentLimitsStanding>> GetLimits(Iban account, CancellationToken cancellationToken);

    /// <summary>Sends the FNP that confirms higher limits; the same request again, with the same id, sends no other.</summary>
    /// <param name="requestId">As in <see cref="BeginTrustedPayee"/>.</param>
    [Alias("BeginLimits"), ForApi]
    Task<Result<FnpChallenge>> BeginLimits(
        Requester requester, Iban account, PaymentLimits limits, Guid requestId, CancellationToken cancellationToken);

    /// <summary>
    /// Sets the limits of an account. What is lower holds at once; what is higher needs the confirmation, and holds from the first day that
    /// begins after the delay, or at once where it held a week ago. It replaces limits that were to hold later.
    /// </summary>
    [Alias("SetLimits"), ForApi]
    Task<Result<PaymentLimitsStanding>> SetLimits(
        Requester requester, Iban account, PaymentLimits limits, Confirmation? confirmation, CancellationToken cancellationToken);
}
