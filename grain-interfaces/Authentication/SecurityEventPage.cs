namespace BktSmart.Authentication;

/// <param name="HasMore">Whether there are older ones.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.SecurityEventPage")]
public sealed record SecurityEventPage([property: Id(0)] IReadOnlyList<SecurityEvent> Events, [property: Id(1)] bool HasMore)
{
    public const int CountMax = 200;
}
