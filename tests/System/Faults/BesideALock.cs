using static System.FormattableString;

namespace BktSmart.Faults;

/// <summary>
/// How orders went that are not about an account whose row was locked, beside the same ones just before. Only clients that never use the
/// account make them: one that waits for it sends no others meanwhile, and would not be counted.
/// </summary>
/// <param name="P99">99 of 100 orders had their definite answer within this time.</param>
/// <param name="PerSecond">Orders settled.</param>
internal sealed record BesideALock(TimeSpan P99, double PerSecond, TimeSpan P99Before, double PerSecondBefore)
{
    private const double RatioGoal = 0.8;
    private static readonly TimeSpan P99Goal = TimeSpan.FromSeconds(3);

    public double Ratio => PerSecond / PerSecondBefore;

    public static BesideALock Of(IReadOnlyCollection<Traffic.Span> beside, Traffic.Span before, Traffic.Span locked)
    {
        var (p99Before, perSecondBefore) = Measure(beside, before);
        var (p99, perSecond) = Measure(beside, locked);
        return new BesideALock(p99, perSecond, p99Before, perSecondBefore);
    }

    public override string ToString() => Invariant(
        $"p99 {P99.TotalMilliseconds:F0} ms (before it {P99Before.TotalMilliseconds:F0} ms), ")
        + Invariant($"{PerSecond:F0} orders/s (before it {PerSecondBefore:F0}/s), ratio {Ratio:F2}: ")
        + (P99 <= P99Goal && Ratio >= RatioGoal ? "goals met" : "goal missed");

    // An order counts for the time with all that it took, also where it was sent before or answered later.
    private static (TimeSpan P99, double PerSecond) Measure(IReadOnlyCollection<Traffic.Span> orders, Traffic.Span time)
    {
        var took = orders.Where(time.Overlaps).Select(order => order.Took).Order().ToArray();
        var settled = orders.Count(order => time.Covers(order.Answered));
        return (took[(int)Math.Ceiling(took.Length * 0.99) - 1], settled / time.Took.TotalSeconds);
    }
}
