using BktSmart.Authentication;

namespace BktSmart.StandingOrders;

/// <summary>
/// The payments that a customer orders in advance; key: <see cref="GrainKeys.Customer(CustomerNumber)"/>. Holds nothing: they are tables,
/// and each silo looks for those that are due.
/// </summary>
[Alias("bktsmart.IStandingOrdersGrain")]
public interface IStandingOrdersGrain : IGrainWithStringKey
{
    /// <summary>Sends the FNP that confirms a new order; the same request again, with the same id, sends no other.</summary>
    /// <param name="requestId">Made by the app.</param>
    [Alias("BeginCreate"), ForApi]
    Task<Result<FnpChallenge>> BeginCreate(
        Requester requester, StandingOrderCommand command, Guid requestId, CancellationToken cancellationToken);

    /// <summary>The same id with the same content gives the order as it stands.</summary>
    [Alias("Create"), ForApi]
    Task<Result<StandingOrder>> Create(
        Requester requester, StandingOrderCommand command, Confirmation? confirmation, CancellationToken cancellationToken);

    /// <summary>As <see cref="BeginCreate"/>, for a change of terms.</summary>
    [Alias("BeginChange"), ForApi]
    Task<Result<FnpChallenge>> BeginChange(
        Requester requester, Guid id, StandingOrderChange change, Guid requestId, CancellationToken cancellationToken);

    /// <summary>Changes the payments that are not due yet. One that is as wanted already stays so, without an FNP.</summary>
    [Alias("Change"), ForApi]
    Task<Result<StandingOrder>> Change(
        Requester requester, Guid id, StandingOrderChange change, Confirmation? confirmation, CancellationToken cancellationToken);

    /// <summary>As <see cref="BeginCreate"/>, for what is not a pause.</summary>
    [Alias("BeginAct"), ForApi]
    Task<Result<FnpChallenge>> BeginAct(
        Requester requester, Guid id, StandingOrderAction action, Guid requestId, CancellationToken cancellationToken);

    /// <summary>
    /// Pauses, resumes or cancels. What is due and not booked at a pause or a cancellation is given up. One that is so already is answered
    /// as it stands.
    /// </summary>
    /// <param name="confirmation">Null for a pause.</param>
    [Alias("Act"), ForApi]
    Task<Result<StandingOrder>> Act(
        Requester requester, Guid id, StandingOrderAction action, Confirmation? confirmation, CancellationToken cancellationToken);

    /// <summary>
    /// Pauses as <see cref="Act"/> does, for staff, whose name goes into the audit trail; the customer hears of it. One that is paused
    /// already stays as it is, and leaves no entry.
    /// </summary>
    [Alias("PauseByStaff"), ForApi]
    Task<Result<StandingOrder>> PauseByStaff(StaffMember staff, Guid id, string why, CancellationToken cancellationToken);

    [Alias("Get"), ForApi]
    Task<Result<StandingOrder>> Get(Guid id, CancellationToken cancellationToken);

    /// <summary>Newest first.</summary>
    [Alias("List"), ForApi]
    Task<IReadOnlyList<StandingOrder>> List(CancellationToken cancellationToken);

    /// <summary>The payments of an order that have fallen due, newest first.</summary>
    /// <param name="before">Only those due before; null starts at the newest.</param>
    /// <param name="count">1 to <see cref="StandingOrderPaymentPage.CountMax"/>.</param>
    [Alias("ListPayments"), ForApi]
    Task<Result<StandingOrderPaymentPage>> ListPayments(
        Guid id, DateOnly? before, int count, CancellationToken cancellationToken);

    /// <summary>
    /// What belongs beside an account's transactions, by date: payments to come within a month, those that are due, and those that failed
    /// within a month.
    /// </summary>
    [Alias("ListScheduled"), ForApi]
    Task<Result<StandingOrderPaymentPage>> ListScheduled(Iban account, CancellationToken cancellationToken);

    /// <summary>As <see cref="BeginCreate"/>, for another attempt of a payment that failed.</summary>
    [Alias("BeginRetry"), ForApi]
    Task<Result<FnpChallenge>> BeginRetry(
        Requester requester, Guid id, DateOnly dueOn, Guid requestId, CancellationToken cancellationToken);

    /// <summary>
    /// Tries a payment that failed once more. The same confirmation again gives the same answer. <see cref="Reason.OutcomeUnknown"/> means
    /// that the same request must come again.
    /// </summary>
    [Alias("Retry"), ForApi]
    Task<Result<StandingOrderPayment>> Retry(
        Requester requester, Guid id, DateOnly dueOn, Confirmation? confirmation, CancellationToken cancellationToken);
}
