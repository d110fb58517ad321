using BktSmart.Messages;

namespace BktSmart.Authentication;

/// <summary>A phone with the app on it.</summary>
/// <param name="Id">Made by the app at installation.</param>
/// <param name="PushToken">Where the push service finds the app; null when the customer does not allow push.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.Device")]
public sealed record Device(
    [property: Id(0)] Guid Id,
    [property: Id(1)] string Name,
    [property: Id(2)] DevicePlatform Platform,
    [property: Id(3)] string? PushToken)
{
    public const int NameLengthMax = 60;
    public const int PushTokenLengthMax = 512;

    /// <summary>A push token is an address that works like a secret: it does not print.</summary>
    public override string ToString() => $"Device {Id}";
}
