namespace BktSmart.Bench.Indistinguishable;

/// <summary>
/// Whether two samples come from the same distribution, asymptotically: good from some dozens of values in each on. Pure.
/// </summary>
internal static class TwoSamples
{
    private const int SeriesMax = 100;
    private const double TermMin = 1e-12;

    /// <summary>
    /// The test of Kolmogorov and Smirnov, which sees any difference of the distributions; with the correction for small samples of
    /// Stephens (1970).
    /// </summary>
    /// <returns>The probability of a distance at least as great in samples of one distribution.</returns>
    public static double KolmogorovSmirnov(IReadOnlyCollection<double> first, IReadOnlyCollection<double> second)
    {
        double[] a = [.. first.Order()], b = [.. second.Order()];
        var (distance, i, j) = (0.0, 0, 0);
        while (i < a.Length && j < b.Length)
        {
            var value = Math.Min(a[i], b[j]);
            while (i < a.Length && a[i] <= value)
                i++;
            while (j < b.Length && b[j] <= value)
                j++;
            distance = Math.Max(distance, Math.Abs((double)i / a.Length - (double)j / b.Length));
        }

        var root = Math.Sqrt((double)a.Length * b.Length / (a.Length + b.Length));
        var lambda = (root + 0.12 + 0.11 / root) * distance;
        var (sum, sign) = (0.0, 1.0);
        for (var k = 1; k <= SeriesMax; k++, sign = -sign)
        {
            var term = Math.Exp(-2.0 * k * k * lambda * lambda);
            sum += sign * term;
            if (term < TermMin)
                return Math.Clamp(2 * sum, 0, 1);
        }

        // Of a distance near zero the series does not converge.
        return 1;
    }

    /// <summary>
    /// The test of Mann and Whitney, which sees a small shift sooner; two-sided, with the corrections for ties and continuity.
    /// </summary>
    /// <returns>The probability of ranks at least as far apart in samples of one distribution.</returns>
    public static double MannWhitney(IReadOnlyCollection<double> first, IReadOnlyCollection<double> second)
    {
        (double Value, bool IsFirst)[] all =
            [.. first.Select(value => (value, true)).Concat(second.Select(value => (value, false))).OrderBy(entry => entry.Item1)];
        var (ranksOfFirst, ties) = (0.0, 0.0);
        for (var i = 0; i < all.Length;)
        {
            var end = i;
            while (end < all.Length && all[end].Value == all[i].Value)
                end++;
            double count = end - i;
            ties += count * (count * count - 1);
            for (var rank = (i + 1 + end) / 2.0; i < end; i++)
                ranksOfFirst += all[i].IsFirst ? rank : 0;
        }

        double n = first.Count, m = second.Count;
        var u = ranksOfFirst - n * (n + 1) / 2;
        var variance = n * m / 12 * (n + m + 1 - ties / ((n + m) * (n + m - 1)));
        return variance <= 0 ? 1 : Math.Min(1, 2 * NormalTail(Math.Max(0, Math.Abs(u - n * m / 2) - 0.5) / Math.Sqrt(variance)));
    }

    /// <summary>
    /// By how much the second lies above the first: the median of all differences (Hodges and Lehmann), in the unit of the values.
    /// </summary>
    public static double Shift(IReadOnlyCollection<double> first, IReadOnlyCollection<double> second) =>
        Quantile([.. second.SelectMany(value => first.Select(other => value - other)).Order()], 0.5);

    /// <param name="sorted">At least one value.</param>
    /// <param name="quantile">0 to 1.</param>
    public static double Quantile(IReadOnlyList<double> sorted, double quantile) => sorted[(int)Math.Round(quantile * (sorted.Count - 1))];

    /// <summary>
    /// The standard normal distribution above z, z not negative; to seven digits of the whole (Numerical Recipes, erfcc).
    /// </summary>
    private static double NormalTail(double z)
    {
        var x = z / Math.Sqrt(2);
        var t = 1 / (1 + 0.5 * x);
        double[] coefficients =
            [-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277];
        var polynomial = 0.0;
        for (var i = coefficients.Length - 1; i >= 0; i--)
            polynomial = polynomial * t + coefficients[i];
        return 0.5 * t * Math.Exp(-x * x + polynomial);
    }
}
