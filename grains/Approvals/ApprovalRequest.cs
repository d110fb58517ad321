namespace BktSmart.Approvals;

/// <summary>A change that one member of staff asks for.</summary>
/// <param name="Kind">Of an <see cref="IApprovable{T}"/>.</param>
/// <param name="Subject">What it is about, in the words of the kind: the IBAN of an account, a day of the calendar.</param>
/// <param name="Wanted">The wanted value, in the words of the kind; null where the kind says it all.</param>
/// <param name="Customer">Whom it concerns; null where no customer is.</param>
/// <param name="Reason">Why; for the second person and the audit trail.</param>
internal sealed record ApprovalRequest(string Kind, string Subject, string? Wanted, CustomerNumber? Customer, string Reason);
