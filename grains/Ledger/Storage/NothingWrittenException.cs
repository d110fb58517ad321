namespace BktSmart.Ledger;

/// <summary>An attempt to book failed, and it is known that it wrote nothing.</summary>
internal sealed class NothingWrittenException(Exception cause) : Exception("Nothing was booked.", cause)
{
    public Exception Cause { get; } = cause;
}
