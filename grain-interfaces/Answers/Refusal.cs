namespace BktSmart.Answers;

/// <summary>
/// An expected refusal: a value, not an exception. <see cref="Field"/> names the request field at fault, where there is one. The facts are
/// for the customer, as far as a reason has any: null from a silo of a version that does not know them.
/// </summary>
[GenerateSerializer, Immutable, Alias("bktsmart.Refusal")]
public sealed record Refusal([property: Id(0)] Reason Reason, [property: Id(1)] string? Field = null)
{
    /// <summary>
    /// How often this FNP may still be tried. Never how often the customer may: that would tell who began with a right password.
    /// </summary>
    [Id(2)]
    public int? TriesLeft { get; init; }

    [Id(3)]
    public ExceededLimit? Exceeded { get; init; }

    /// <summary>How long, before the same request can fare better.</summary>
    [Id(4)]
    public TimeSpan? Wait { get; init; }

    /// <summary>From when on the business date can be ended, with the offset of Tirana.</summary>
    [Id(5)]
    public DateTimeOffset? EndOfDayFrom { get; init; }
}
