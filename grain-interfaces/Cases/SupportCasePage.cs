namespace BktSmart.Cases;

/// <param name="HasMore">Whether there are newer ones.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.SupportCasePage")]
public sealed record SupportCasePage([property: Id(0)] IReadOnlyList<SupportCase> Cases, [property: Id(1)] bool HasMore)
{
    public const int CountMax = 200;
}
