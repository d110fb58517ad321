namespace BktSmart.Bench.Peers.Empty;

/// <summary>A grain call that does nothing: what a call of Orleans costs at least.</summary>
[Alias("bench.IEmptyGrain")]
public interface IEmptyGrain : IGrainWithStringKey
{
    [Alias("Call")]
    Task<long> Call();
}
