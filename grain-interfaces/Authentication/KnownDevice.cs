using BktSmart.Messages;

namespace BktSmart.Authentication;

/// <summary>A device that was signed in on.</summary>
/// <param name="IsLast">Push messages go there (R16).</param>
[GenerateSerializer, Immutable, Alias("bktsmart.KnownDevice")]
public sealed record KnownDevice(
    [property: Id(0)] Guid Id,
    [property: Id(1)] string Name,
    [property: Id(2)] DevicePlatform Platform,
    [property: Id(3)] DateTimeOffset LastSignInAt,
    [property: Id(4)] bool IsLast);
