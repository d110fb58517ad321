using BktSmart.Ledger;

namespace BktSmart.Accounts;

/// <summary>The answer to an order that may need a second person: one of the two.</summary>
/// <param name="Account">The account after the change; null where the change waits for a second person.</param>
/// <param name="Pending">What that person has to confirm.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.TermsAnswer")]
public sealed record TermsAnswer([property: Id(0)] AccountDetails? Account, [property: Id(1)] TermsApproval? Pending);
