namespace BktSmart.Authentication;

/// <param name="Subject">Who: the name in the audit trail.</param>
/// <param name="Roles">What they may do, in the words of the identity provider.</param>
internal sealed record VerifiedStaff(string Subject, IReadOnlyCollection<string> Roles);
