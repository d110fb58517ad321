using Npgsql;

namespace BktSmart.Ledger;

/// <summary>What a walk over the ledger found.</summary>
/// <param name="Whole">Whether it was the whole ledger, or what came since the last proof.</param>
/// <param name="Heads">The ends of the ledger that was proven.</param>
internal sealed record VerificationReport(
    bool Whole, TimeSpan Took, long Batches, long Transfers, long Postings, long Accounts, IReadOnlyList<VerifiedInvariant> Invariants,
    LedgerHeads Heads)
{
    /// <summary>Why a proof without a violation could not be noted; null if it was.</summary>
    public NpgsqlException? NotNoted { get; init; }

    public IReadOnlyList<string> Violations =>
        [.. Invariants.SelectMany(invariant => invariant.Violations.Select(place => $"violated: {invariant.Name}: {place}"))];
}
