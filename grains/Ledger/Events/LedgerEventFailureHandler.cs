using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace BktSmart.Ledger;

/// <summary>
/// Hears of events that could not be delivered for long: their part of the row is done with, and the receiver's statement sets them aside.
/// </summary>
internal sealed partial class LedgerEventFailureHandler(LedgerEventQueue queue, ILogger logger) : IStreamFailureHandler
{
    public bool ShouldFaultSubsriptionOnError => false;

    public Task OnDeliveryFailure(
        GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken)
    {
        LogNotDelivered();
        if (sequenceToken is not null)
            queue.Complete([sequenceToken.SequenceNumber]);
        return Task.CompletedTask;
    }

    public Task OnSubscriptionFailure(
        GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken) =>
        Task.CompletedTask;

    [LoggerMessage(1102, LogLevel.Error, "An event could not be delivered to its inbox; it is set aside and comes again")]
    private partial void LogNotDelivered();
}
