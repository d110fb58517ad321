using System.Diagnostics.Metrics;

namespace BktSmart.StandingOrders;

/// <summary>What operations sees of standing orders.</summary>
internal static class StandingOrderMetrics
{
    private static readonly Counter<long> Attempts = new Meter(BankTelemetry.Name).CreateCounter<long>(
        "bank.standing_order.attempts", "{attempt}", "Attempts of payments that were ordered in advance, by outcome");

    /// <param name="refused">Null where it was booked.</param>
    /// <param name="again">Whether there is another attempt.</param>
    public static void Count(Reason? refused, bool again) => Attempts.Add(
        1, new("outcome", refused is null ? "booked" : again ? "refused" : "failed"), new("reason", refused?.ToString() ?? ""));
}
