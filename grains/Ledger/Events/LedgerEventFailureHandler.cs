using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace BktSmart.Ledger;

internal sealed partial class LedgerEventFailureHandler(LedgerEventQueue queue, LedgerEventOptions options, ILogger logger)
    : IStreamFailureHandler
{
    public bool ShouldFaultSubsriptionOnError => false;

    public Task OnDeliveryFailure(
        GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken)
    {
        if (sequenceToken is not null)
        {
            LogSetAside(options.RedeliveryDelay);
            queue.SetAside(sequenceToken.SequenceNumber);
        }

        return Task.CompletedTask;
    }

    public Task OnSubscriptionFailure(
        GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken) =>
        Task.CompletedTask;

    [LoggerMessage(1102, LogLevel.Error, "An event of the ledger could not be delivered; next try in {Delay}")]
    private partial void LogSetAside(TimeSpan delay);
}
