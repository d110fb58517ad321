namespace BktSmart.Dev.Client;

/// <summary>Where a node of the API listens, without TLS.</summary>
/// <param name="Customers">By gRPC.</param>
/// <param name="Staff">By gRPC.</param>
/// <param name="Browsers">By gRPC-Web, for customers.</param>
public sealed record ApiAddress(Uri Customers, Uri Staff, Uri Browsers);
