namespace BktSmart.Ledger;

/// <summary>Limits that replace those of now.</summary>
/// <param name="From">A day of Tirana, from its beginning.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.NextPaymentLimits")]
public readonly record struct NextPaymentLimits([property: Id(0)] PaymentLimits Limits, [property: Id(1)] DateOnly From);
