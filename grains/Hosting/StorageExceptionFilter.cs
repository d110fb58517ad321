using System.Data.Common;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace BktSmart.Hosting;

/// <summary>
/// An exception of the database driver cannot cross to another process and would say too much there. It is logged here and leaves as
/// <see cref="StorageUnavailableException"/>.
/// </summary>
internal sealed partial class StorageExceptionFilter(ILogger<StorageExceptionFilter> logger) : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (Exception exception) when (OfStorage(exception) is { } cause)
        {
            LogFailed(cause, context.InterfaceName, context.MethodName);
            throw new StorageUnavailableException();
        }
    }

    /// <summary>
    /// The grain storage provider wraps the driver's exception in one whose text names the grain, and so the customer: only the driver's is
    /// logged. A lost race for a version is the runtime's to see.
    /// </summary>
    private static DbException? OfStorage(Exception? exception) => exception switch
    {
        null or InconsistentStateException => null,
        DbException database => database,
        _ => OfStorage(exception.InnerException),
    };

    [LoggerMessage(4001, LogLevel.Error, "The database failed under {Interface}.{Method}")]
    private partial void LogFailed(Exception exception, string @interface, string method);
}
