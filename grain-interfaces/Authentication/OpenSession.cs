using BktSmart.Messages;

namespace BktSmart.Authentication;

/// <summary>A session of a customer.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.OpenSession")]
public sealed record OpenSession(
    [property: Id(0)] Guid Id,
    [property: Id(1)] Guid DeviceId,
    [property: Id(2)] string DeviceName,
    [property: Id(3)] DevicePlatform Platform,
    [property: Id(4)] DateTimeOffset OpenedAt);
