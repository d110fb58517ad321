namespace BktSmart.StandingOrders;

/// <summary>Some payments of standing orders.</summary>
/// <param name="HasMore">Whether there are more behind them.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.StandingOrderPaymentPage")]
public sealed record StandingOrderPaymentPage(
    [property: Id(0)] IReadOnlyList<StandingOrderPayment> Payments, [property: Id(1)] bool HasMore)
{
    public const int CountMax = 200;
}
