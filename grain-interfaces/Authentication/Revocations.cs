namespace BktSmart.Authentication;

/// <summary>Sessions that ended before their tokens.</summary>
/// <param name="Until">The newest; ask again with this.</param>
/// <param name="DatabaseTime">The clock of the database when it was asked.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.Revocations")]
public sealed record Revocations(
    [property: Id(0)] IReadOnlyList<Guid> Sessions, [property: Id(1)] DateTimeOffset Until, [property: Id(2)] DateTimeOffset DatabaseTime);
