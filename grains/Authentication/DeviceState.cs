using BktSmart.Messages;

namespace BktSmart.Authentication;

/// <summary>A device as it is stored.</summary>
internal sealed record DeviceState : StoredState
{
    public Guid Id { get; init; }
    public string Name { get; init; } = "";
    public DevicePlatform Platform { get; init; }
    public string? PushToken { get; init; }
    public DateTimeOffset LastSignInAt { get; init; }

    public static DeviceState From(Device device) => new DeviceState().Update(device);

    public DeviceState Update(Device device) =>
        this with { Id = device.Id, Name = device.Name, Platform = device.Platform, PushToken = device.PushToken };

    public Device ToDevice() => new(Id, Name, Platform, PushToken);
}
