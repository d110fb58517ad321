namespace BktSmart.Dev;

/// <summary>
/// Something that the developer can put right; the message is one clear sentence for them and is shown without a stack trace.
/// </summary>
public sealed class LaunchException : Exception
{
    public LaunchException(string message) : base(message)
    {
    }

    public LaunchException(string message, Exception cause) : base(message, cause)
    {
    }
}
