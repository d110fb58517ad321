namespace BktSmart.Messages;

/// <summary>The operating system of a device. The numbers are stored.</summary>
public enum DevicePlatform
{
    Android = 1,
    Ios = 2,
}
