using System.Numerics;

namespace BktSmart.Bench.Load;

/// <summary>Counts of durations, exact to one percent; any thread may add.</summary>
internal sealed class Histogram
{
    private const int SubBits = 7;
    private const int Sub = 1 << SubBits;
    private const long MicrosecondsMax = uint.MaxValue;

    private readonly long[] _counts = new long[(34 - SubBits) * Sub];
    private long _max;

    public void Add(TimeSpan duration)
    {
        var microseconds = Math.Clamp((long)duration.TotalMicroseconds, 0, MicrosecondsMax);
        var exponent = Math.Max(0, BitOperations.Log2((ulong)microseconds | 1) - SubBits);
        Interlocked.Increment(ref _counts[(exponent << SubBits) + (int)(microseconds >> exponent)]);
        if (microseconds > Volatile.Read(ref _max))
            Volatile.Write(ref _max, microseconds);
    }

    public long Count => _counts.Sum();

    /// <summary>Infinite where nothing was added.</summary>
    public Quantiles ToQuantiles()
    {
        var total = Count;
        if (total == 0)
            return new Quantiles(double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity);
        return new Quantiles(At(0.5, total), At(0.9, total), At(0.99, total), _max / 1000.0);
    }

    private double At(double quantile, long total)
    {
        var left = (long)Math.Ceiling(total * quantile);
        for (var i = 0; i < _counts.Length; i++)
        {
            left -= _counts[i];
            if (left <= 0)
            {
                var exponent = Math.Max(0, (i >> SubBits) - 1);
                return ((long)(i - (exponent << SubBits)) << exponent) / 1000.0;
            }
        }

        return double.PositiveInfinity;
    }
}
