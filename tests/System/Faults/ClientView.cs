using System.Diagnostics;
using static System.FormattableString;

namespace BktSmart.Faults;

/// <summary>What clients saw of a fault, or of several of a kind.</summary>
/// <param name="Outage">The longest time in which nobody got a definite answer.</param>
/// <param name="Wait">The longest time that one client waited for a definite answer.</param>
/// <param name="Told">What they were told instead, and how often.</param>
internal sealed record ClientView(string Fault, int Times, TimeSpan Outage, TimeSpan Wait, IReadOnlyDictionary<string, int> Told)
{
    /// <param name="during">From the fault to the recovery.</param>
    /// <param name="definite">The definite answers of all clients, also those outside of that time.</param>
    /// <param name="doubts">The others.</param>
    public static ClientView Of(
        string fault, Traffic.Span during, IEnumerable<Traffic.Span> definite, IEnumerable<Traffic.Doubt> doubts)
    {
        var meanwhile = definite.Where(during.Overlaps).ToArray();
        long[] answers =
        [
            during.Sent,
            .. meanwhile.Select(answer => answer.Answered).Where(during.Covers).Order(),
            during.Answered,
        ];
        return new ClientView(
            fault,
            1,
            answers.Zip(answers.Skip(1), Stopwatch.GetElapsedTime).Max(),
            meanwhile.Select(answer => answer.Took).DefaultIfEmpty().Max(),
            doubts.Where(doubt => during.Overlaps(doubt.When)).CountBy(doubt => doubt.Told).ToDictionary());
    }

    /// <summary>A row for each fault, in the order of their names.</summary>
    public static IEnumerable<ClientView> Sum(IEnumerable<ClientView> views) =>
        views.GroupBy(view => view.Fault).OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => new ClientView(
            kind.Key,
            kind.Sum(view => view.Times),
            kind.Max(view => view.Outage),
            kind.Max(view => view.Wait),
            kind.SelectMany(view => view.Told).GroupBy(told => told.Key, told => told.Value)
                .ToDictionary(told => told.Key, told => told.Sum())));

    public override string ToString() => Invariant(
        $"nobody was answered for {Outage.TotalSeconds:F1} s, one client waited {Wait.TotalSeconds:F1} s; told: {ToldAsText}");

    /// <summary>The rows of a table under its head.</summary>
    public static string Table(IEnumerable<ClientView> rows) => string.Join('\n', rows
        .Select(row => Invariant(
            $"{row.Fault,-34}{row.Times,5}{row.Outage.TotalSeconds,9:F1} s{row.Wait.TotalSeconds,9:F1} s  {row.ToldAsText}"))
        .Prepend($"{"fault",-34}{"times",5}{"outage",11}{"one waits",11}  clients were told"));

    private string ToldAsText =>
        string.Join(", ", Told.OrderByDescending(told => told.Value).Select(told => Invariant($"{told.Value} {told.Key}")));
}
