namespace BktSmart.Customers;

/// <param name="HasMore">Whether there are newer ones.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.CustomerCorrectionPage")]
public sealed record CustomerCorrectionPage(
    [property: Id(0)] IReadOnlyList<CustomerCorrection> Corrections, [property: Id(1)] bool HasMore)
{
    public const int CountMax = 200;
}
