namespace BktSmart.Dev.Client;

/// <summary>Where a node of the API listens, by gRPC without TLS.</summary>
public sealed record ApiAddress(Uri Customers, Uri Staff);
