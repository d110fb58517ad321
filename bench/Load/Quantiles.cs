namespace BktSmart.Bench.Load;

/// <summary>Latencies in milliseconds.</summary>
internal sealed record Quantiles(double P50, double P90, double P99, double Max);
