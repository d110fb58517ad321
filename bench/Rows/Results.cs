using BktSmart.Bench.Stage;

namespace BktSmart.Bench.Rows;

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
    public void Fail(string row, Exception exception) =>
        _verdicts[row] = new Verdict(false, 0, $"{exception.GetType().Name}: {exception.Message}");

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
