namespace BktSmart.BusinessDay;

/// <param name="HasMore">Whether there are further ones.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.EndOfDayFindingPage")]
public sealed record EndOfDayFindingPage([property: Id(0)] IReadOnlyList<EndOfDayFinding> Findings, [property: Id(1)] bool HasMore)
{
    public const int CountMax = 200;
}
