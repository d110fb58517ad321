using BktSmart.Bench.Load;

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
