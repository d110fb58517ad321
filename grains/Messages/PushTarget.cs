namespace BktSmart.Messages;

/// <summary>Where to reach a customer with a push message: the device of the last sign-in (R16).</summary>
public sealed record PushTarget(Guid DeviceId, DevicePlatform Platform, Secret PushToken);
