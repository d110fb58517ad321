using System.Threading.Channels;
using BktSmart.Answers;
using BktSmart.Customers;
using BktSmart.Messages;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BktSmart.Authentication;

/// <summary>
/// Sends FNPs behind the back of the answer, so that the time of an answer does not tell whether one was sent. An SMS that comes too late is not sent at all. What waits here
/// is lost with the silo, and the customer asks for another FNP.
/// </summary>
internal sealed partial class FnpSmsQueue(
    ISmsGateway gateway, CustomerStore customers, TimeProvider time, IOptions<MessageDeliveryOptions> options, ILogger<FnpSmsQueue> logger)
    : ILifecycleParticipant<ISiloLifecycle>
{
    private readonly Channel<Waiting> _queue = Channel.CreateBounded<Waiting>(options.Value.SmsQueueLengthMax);

    private Task _loop = Task.CompletedTask;

    private sealed record Waiting(CustomerNumber Customer, FnpPurpose Purpose, Secret Code, DateTimeOffset ExpiresAt);

    public void Send(CustomerNumber customer, FnpPurpose purpose, Secret code, DateTimeOffset expiresAt)
    {
        if (!_queue.Writer.TryWrite(new Waiting(customer, purpose, code, expiresAt)))
            LogFull();
    }

    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(FnpSmsQueue),
        ServiceLifecycleStage.RuntimeStorageServices,
        _ =>
        {
            var limit = new ParallelOptions { MaxDegreeOfParallelism = options.Value.SmsConcurrencyMax };
            _loop = Parallel.ForEachAsync(_queue.Reader.ReadAllAsync(CancellationToken.None), limit, (waiting, _) => SendAsync(waiting));
            return Task.CompletedTask;
        },
        async ct =>
        {
            _queue.Writer.TryComplete();
            await _loop.WaitAsync(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });

    private async ValueTask SendAsync(Waiting waiting)
    {
        if (time.GetUtcNow() >= waiting.ExpiresAt)
        {
            LogLate();
            return;
        }

        using var limit = new CancellationTokenSource(options.Value.SmsTimeout);
        try
        {
            if (await customers.FindAsync(waiting.Customer, limit.Token) is { } customer)
            {
                var text = FnpText.Compose(waiting.Purpose, waiting.Code, customer.Language);
                await gateway.SendAsync(customer.Phone, text, limit.Token).WaitAsync(limit.Token);
            }
        }
        catch (Exception exception)
        {
            LogFailed(exception);
        }
    }

    [LoggerMessage(3001, LogLevel.Error, "The SMS queue is full; an FNP was dropped")]
    private partial void LogFull();

    [LoggerMessage(3002, LogLevel.Error, "The SMS gateway failed; an FNP was dropped")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(3003, LogLevel.Warning, "The SMS queue is so long that an FNP expired in it")]
    private partial void LogLate();
}
