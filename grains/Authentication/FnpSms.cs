namespace BktSmart.Authentication;

/// <summary>An SMS with an FNP that is to go out.</summary>
/// <param name="Id">Names the SMS to the provider, who repeats it in receipts.</param>
/// <param name="Amount">What it confirms, where that is more than the purpose; as the SMS names it.</param>
/// <param name="Account">Masked.</param>
/// <param name="Reference">In the text of the SMS; the customer reports it.</param>
internal sealed record FnpSms(
    Guid Id, Guid SessionId, FnpBegun Begun, FnpPurpose Purpose, string? Amount, string? Account, string Reference)
{
    public FnpOrder? Order { get; init; }
}
