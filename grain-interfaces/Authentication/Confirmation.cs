namespace BktSmart.Authentication;

/// <summary>An FNP that confirms the request that it comes with, and no other.</summary>
/// <param name="Id">Of the FNP session.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.Confirmation")]
public sealed record Confirmation([property: Id(0)] Guid Id, [property: Id(1)] Guid DeviceId, [property: Id(2)] Secret Fnp);
