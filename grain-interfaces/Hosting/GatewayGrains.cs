namespace BktSmart.Hosting;

/// <summary>Finds the grain of gateways.</summary>
public static class GatewayGrains
{
    public static IGatewayGrain Gateway(this IGrainFactory grains) => grains.GetGrain<IGatewayGrain>(0);
}
