namespace BktSmart.Answers;

/// <summary>
/// The database could not be used. What the call was to change may or may not have happened; the silo's log has the cause.
/// </summary>
[GenerateSerializer, Alias("bktsmart.StorageUnavailableException")]
public sealed class StorageUnavailableException : Exception
{
    public StorageUnavailableException()
        : base("The database could not be used.")
    {
    }

    public StorageUnavailableException(string message)
        : base(message)
    {
    }

    public StorageUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
