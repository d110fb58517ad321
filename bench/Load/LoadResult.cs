namespace BktSmart.Bench.Load;

/// <summary>What a load process saw while it measured. Latencies of an open loop count from the moment at which the call was due.</summary>
/// <param name="Refusals">Calls that failed, by reason.</param>
/// <param name="Unfinished">Calls under way when the time was over.</param>
/// <param name="NextAccount">Of <see cref="Choice.Sequential"/>: the first account that was not called.</param>
internal sealed record LoadResult(
    double Seconds, long Done, Quantiles Latency, IReadOnlyDictionary<string, long> Refusals, Quantiles RefusalLatency, int Unfinished,
    double CpuSeconds, int NextAccount)
{
    public double PerSecond => Done / Seconds;
}
