namespace BktSmart.Authentication;

/// <summary>Sessions that ended before their tokens.</summary>
/// <param name="Until">The newest; ask again with this.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.Revocations")]
public sealed record Revocations([property: Id(0)] IReadOnlyList<Guid> Sessions, [property: Id(1)] DateTimeOffset Until)
{
    /// <summary>The clock of the database when it was asked. Null from a silo of the version before.</summary>
    [Id(2)]
    public DateTimeOffset? DatabaseTime { get; init; }
}
