namespace BktSmart.Bench.Peers.Empty;

internal sealed class EmptyGrain : Grain, IEmptyGrain
{
    public Task<long> Call() => Task.FromResult(0L);
}
