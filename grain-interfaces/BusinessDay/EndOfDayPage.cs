namespace BktSmart.BusinessDay;

/// <param name="HasMore">Whether there are older ones.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.EndOfDayPage")]
public sealed record EndOfDayPage([property: Id(0)] IReadOnlyList<EndOfDay> EndsOfDay, [property: Id(1)] bool HasMore)
{
    public const int CountMax = 200;
}
