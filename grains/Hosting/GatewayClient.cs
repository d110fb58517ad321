namespace BktSmart.Hosting;

/// <summary>Tells those who come through a gateway from those who are inside the cluster.</summary>
internal static class GatewayClient
{
    /// <summary>
    /// A silo has a client too, for what it calls outside of any actor. Orleans names it so, and a random number names each other client.
    /// </summary>
    private static ReadOnlySpan<byte> Hosted => "hosted-"u8;

    /// <summary>Whether this is the name of a client, and not of a silo's own.</summary>
    public static bool Is(GrainId id) => id.IsClient() && !id.Key.AsSpan().StartsWith(Hosted);
}
