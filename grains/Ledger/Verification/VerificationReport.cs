using System.Data;

namespace BktSmart.Ledger;

/// <summary>What a walk over the ledger found.</summary>
/// <param name="Whole">Whether it was the whole ledger, or what came since the last proof.</param>
internal sealed record VerificationReport(
    bool Whole, TimeSpan Took, long Batches, long Transfers, long Postings, long Accounts, IReadOnlyList<VerifiedInvariant> Invariants)
{
    public IReadOnlyList<string> Violations =>
        [.. Invariants.SelectMany(invariant => invariant.Violations.Select(place => $"violated: {invariant.Name}: {place}"))];
}
