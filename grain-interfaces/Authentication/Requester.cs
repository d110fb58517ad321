namespace BktSmart.Authentication;

/// <summary>A customer who acts in a session.</summary>
/// <param name="Origin">The address without its last part.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.Requester")]
public sealed record Requester([property: Id(0)] CustomerNumber Number, [property: Id(1)] Guid SessionId, [property: Id(2)] string Origin);
