namespace BktSmart.Authentication;

/// <summary>What an FNP in an open session is begun on.</summary>
/// <param name="Device">Of the session.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.SessionGrounds")]
public sealed record SessionGrounds([property: Id(0)] int Epoch, [property: Id(1)] Device Device);
