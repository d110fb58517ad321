namespace BktSmart.Ledger;

/// <summary>Where an invariant does not hold; the first of them.</summary>
internal sealed class Places
{
    /// <summary>Of one invariant.</summary>
    public const int Max = 20;

    private readonly List<string> _all = [];

    public IReadOnlyList<string> All => _all;

    public void Add(string place)
    {
        if (_all.Count < Max)
            _all.Add(place);
    }

    public void Add(Places others)
    {
        foreach (var place in others.All)
            Add(place);
    }
}
