namespace BktSmart.Hosting;

/// <summary>Why a client of the gateway was refused; a label of the metric.</summary>
internal enum GatewayRefusal
{
    /// <summary>A method that is not for API nodes.</summary>
    Method,

    /// <summary>A connection in the name of no client, or of a silo's own.</summary>
    Connection,

    /// <summary>A message in the name of somebody else than the client of the connection.</summary>
    Sender,

    /// <summary>A message to another client, or to a part of Orleans somewhere else than on the silo of the gateway.</summary>
    Target,

    /// <summary>A message of a kind that only silos send, or that cannot be read.</summary>
    Kind,
}
