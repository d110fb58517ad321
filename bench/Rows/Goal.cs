namespace BktSmart.Bench.Rows;

/// <summary>What a row should come to.</summary>
/// <param name="Value">From all figures so far; null where one that it needs was not measured.</param>
/// <param name="Bound">Null for a figure that is only told.</param>
/// <param name="AtMost">Whether the bound is the highest that is good, and not the lowest.</param>
internal sealed record Goal(string Text, Func<Results, double?> Value, double? Bound = null, bool AtMost = false)
{
    public bool? IsMet(Results results) =>
        Value(results) is { } value && Bound is { } bound ? AtMost ? value <= bound : value >= bound : null;
}
