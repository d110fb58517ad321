using System.Net;

namespace BktSmart.Hosting;

/// <summary>Tells an API node which silo its call came to, and with it that this silo answers. Needs nothing else to do so.</summary>
[Alias("bktsmart.IGatewayGrain")]
public interface IGatewayGrain : IGrainWithIntegerKey
{
    /// <summary>Where API nodes reach this silo.</summary>
    [Alias("GetAddress"), ForApi]
    Task<IPEndPoint> GetAddress();
}
