namespace BktSmart.Ledger;

/// <summary>What one invariant came to.</summary>
/// <param name="Violations">Where it does not hold; at most <see cref="Places.Max"/>.</param>
internal sealed record VerifiedInvariant(string Name, TimeSpan Took, IReadOnlyList<string> Violations);
