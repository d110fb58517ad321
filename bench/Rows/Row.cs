using BktSmart.Bench.Load;
using BktSmart.Bench.Stage;

namespace BktSmart.Bench.Rows;

/// <summary>One measurement.</summary>
internal sealed record Sample(double Value)
{
    /// <summary>What the load process saw; null where there was none.</summary>
    public LoadResult? Load { get; init; }

    /// <summary>The same of the load beside it; null where there was none.</summary>
    public LoadResult? Beside { get; init; }

    /// <summary>Cores that each process was busy with.</summary>
    public IReadOnlyDictionary<string, double> Cores { get; init; } = new Dictionary<string, double>();

    /// <summary>Figures beside the value, by name.</summary>
    public IReadOnlyDictionary<string, double> More { get; init; } = new Dictionary<string, double>();
}

/// <summary>Somebody who is measured in a row; called once a round.</summary>
internal sealed record Subject(string Name, string Unit, Func<CancellationToken, Task<Sample>> MeasureAsync);

/// <summary>What a row should come to.</summary>
/// <param name="Value">From all figures so far; null where one that it needs was not measured.</param>
/// <param name="Bound">Null for a figure that is only told.</param>
/// <param name="AtMost">Whether the bound is the highest that is good, and not the lowest.</param>
internal sealed record Goal(string Text, Func<Results, double?> Value, double? Bound = null, bool AtMost = false)
{
    public bool? IsMet(Results results) => Value(results) is { } value && Bound is { } bound ? AtMost ? value <= bound : value >= bound : null;
}

/// <summary>A row of the benchmark: who is measured in turn, in each round.</summary>
/// <param name="Name">A row that belongs to another has its name after a dot, such as <c>hot.zipf</c>.</param>
/// <param name="PrepareAsync">Starts and warms what the subjects need, before the first round.</param>
/// <param name="Ledgers">The banks whose ledgers must be sound after the row; none where the row moves no money of ours.</param>
internal sealed record Row(
    string Name,
    IReadOnlyList<Subject> Subjects,
    IReadOnlyList<Goal> Goals,
    Func<CancellationToken, Task> PrepareAsync,
    params IReadOnlyList<Func<CancellationToken, Task<BenchBank>>> Ledgers);

/// <summary>All figures so far.</summary>
internal sealed class Results
{
    private readonly Dictionary<(string Row, string Subject), List<Sample>> _samples = [];
    private readonly Dictionary<string, Verdict> _verdicts = [];

    public void Add(string row, string subject, Sample sample)
    {
        if (!_samples.TryGetValue((row, subject), out var list))
            _samples.Add((row, subject), list = []);
        list.Add(sample);
    }

    /// <summary>Of several verdicts on a row one that is not good stands.</summary>
    public void Add(string row, Verdict verdict) => _verdicts[row] = IsVoid(row) ? _verdicts[row] : verdict;

    /// <summary>A row that could not be taken to its end is void, like one whose ledger is not sound.</summary>
    public void Fail(string row, Exception exception) => _verdicts[row] = new Verdict(false, 0, $"{exception.GetType().Name}: {exception.Message}");

    public IReadOnlyList<Sample> Of(string row, string subject) => _samples.GetValueOrDefault((row, subject)) ?? [];

    public Verdict? VerdictOf(string row) => _verdicts.GetValueOrDefault(row);

    public bool IsVoid(string row) => VerdictOf(row) is { Sound: false };

    /// <summary>The median over the rounds; null where it was not measured.</summary>
    public double? Median(string row, string subject, Func<Sample, double>? figure = null) =>
        Of(row, subject) is { Count: > 0 } samples ? Median(samples.Select(figure ?? (sample => sample.Value))) : null;

    /// <summary>The median of one subject by that of another of the same row.</summary>
    public double? Ratio(string row, string subject, string peer) => Median(row, subject) / Median(row, peer);

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
