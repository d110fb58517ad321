using BktSmart.V1;

namespace BktSmart.Bench.Load;

/// <summary>One of the callers of a load, with its own chance; not for two threads at once.</summary>
internal sealed class Caller(int seed)
{
    private const int RecentMax = 16;

    private readonly (CreateTransferRequest Request, int Payer)[] _recent = new (CreateTransferRequest, int)[RecentMax];
    private long _made;

    public Random Random { get; } = new(seed);

    public void Remember(CreateTransferRequest request, int payer) => _recent[_made++ % RecentMax] = (request, payer);

    /// <summary>One of the last transfers that this caller made; the caller has made one.</summary>
    public (CreateTransferRequest Request, int Payer) AnyRecent() => _recent[Random.NextInt64(Math.Min(_made, RecentMax))];

    public bool HasRecent => _made > 0;
}
