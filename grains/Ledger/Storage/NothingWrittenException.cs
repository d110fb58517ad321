namespace BktSmart.Ledger;

/// <summary>An attempt to book failed before anything was sent that could be committed.</summary>
internal sealed class NothingWrittenException(Exception cause) : Exception("Nothing was booked.", cause)
{
    public Exception Cause { get; } = cause;
}
