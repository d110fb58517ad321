using System.Diagnostics.Metrics;

namespace BktSmart.Admission;

/// <summary>Counts the calls that were refused before they ran, by the limit that they met.</summary>
internal static class Refusals
{
    private static readonly Counter<long> Refused = new Meter(BankTelemetry.Name).CreateCounter<long>(
        "bank.api.refused", "{call}", "Calls that were refused before they ran");

    /// <param name="limit">The option that sets it, without its section; "none" for what is no request at all.</param>
    public static void Count(string limit) => Refused.Add(1, new KeyValuePair<string, object?>("limit", limit));
}
