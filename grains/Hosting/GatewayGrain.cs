using System.Net;
using Orleans.Concurrency;

namespace BktSmart.Hosting;

/// <summary>Is active on the silo to which the call came.</summary>
[StatelessWorker, Reentrant]
internal sealed class GatewayGrain(ILocalSiloDetails silo) : Grain, IGatewayGrain
{
    public Task<IPEndPoint> GetAddress() => Task.FromResult(silo.GatewayAddress.Endpoint);
}
