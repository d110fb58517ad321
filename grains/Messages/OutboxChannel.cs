namespace BktSmart.Messages;

/// <summary>
/// Which gateway a message of the outbox goes to; one that hangs delays no other's. The numbers are stored; those of push are also those of
/// <see cref="DevicePlatform"/>.
/// </summary>
internal enum OutboxChannel
{
    AndroidPush = DevicePlatform.Android,
    IosPush = DevicePlatform.Ios,
    Sms = 3,
}
