using Microsoft.AspNetCore.Connections;

namespace BktSmart.Errors;

/// <summary>Tells the failures of the way to a grain from the failures of a grain.</summary>
internal static class ClusterFaults
{
    /// <summary>
    /// <see cref="Reason.Overloaded"/> if the call was turned away before it ran, <see cref="Reason.Unavailable"/> if the cluster or its
    /// database could not be reached or did not answer, in which case the call may have run; null for a defect.
    /// </summary>
    public static Reason? Classify(Exception exception) => exception switch
    {
        GatewayTooBusyException or LimitExceededException => Reason.Overloaded,
        // An exception of a grain that could not be sent as it is: a defect.
        WrappedException => null,
        OrleansException or TimeoutException or ConnectionAbortedException or ConnectionResetException => Reason.Unavailable,
        // The grain was reached, but not what it stands on.
        StorageUnavailableException => Reason.Unavailable,
        // The client ends with the host; a call in these last moments finds it gone.
        ObjectDisposedException or OperationCanceledException => Reason.Unavailable,
        _ => null,
    };
}
