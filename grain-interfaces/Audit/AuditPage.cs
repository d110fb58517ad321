namespace BktSmart.Audit;

/// <param name="HasMore">Whether there are older ones.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.AuditPage")]
public sealed record AuditPage([property: Id(0)] IReadOnlyList<AuditEntry> Entries, [property: Id(1)] bool HasMore)
{
    public const int CountMax = 200;
}
