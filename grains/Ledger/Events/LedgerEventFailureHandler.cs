using Microsoft.Extensions.Logging;
using Orleans.Streams;

namespace BktSmart.Ledger;

/// <summary>
/// Hears of events that could not be delivered for long. The agent lets go of them as if they had been; the database knows better, and
/// <see cref="LedgerEventReceiver"/> has it set them aside.
/// </summary>
internal sealed partial class LedgerEventFailureHandler(ILogger logger) : IStreamFailureHandler
{
    public bool ShouldFaultSubsriptionOnError => false;

    public Task OnDeliveryFailure(
        GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken)
    {
        LogNotDelivered();
        return Task.CompletedTask;
    }

    public Task OnSubscriptionFailure(
        GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken) =>
        Task.CompletedTask;

    [LoggerMessage(1102, LogLevel.Error, "An event could not be delivered to its inbox; it is set aside and comes again")]
    private partial void LogNotDelivered();
}
