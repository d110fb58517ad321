using System.Threading.Channels;
using BktSmart.Customers;
using BktSmart.Messages;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BktSmart.Authentication;

/// <summary>
/// Sends SMS with FNPs behind the back of the answer, so that no answer waits for one. An FNP that comes too late is not sent at all. What
/// waits here is lost with the silo, and the customer asks for another FNP: it is nowhere else, because whoever reads one can use it.
/// </summary>
internal sealed partial class SmsQueue(
    ISmsGateway gateway, CustomerStore customers, FnpMessageStore messages, [BankClock] TimeProvider time,
    IOptions<MessageDeliveryOptions> options, IOptions<FnpOptions> fnps,
    ILogger<SmsQueue> logger)
    : ILifecycleParticipant<ISiloLifecycle>
{
    private readonly Channel<Func<CancellationToken, Task>> _queue = Channel.CreateBounded<Func<CancellationToken, Task>>(
        options.Value.SmsQueueLengthMax);

    private Task _loop = Task.CompletedTask;

    // Counted up before a message is queued and down when it is done with, so it is never 0 while there is one.
    private int _pending;

    /// <summary>Whether no message waits or is under way. Only tests ask: then nothing more comes of what they did before.</summary>
    internal bool IsIdle => Volatile.Read(ref _pending) == 0;

    public void SendFnp(FnpSms sms, Secret code, DateTimeOffset expiresAt) => Enqueue(async limit =>
    {
        if (time.GetUtcNow() >= expiresAt)
        {
            SecurityMetrics.Count(SmsOutcome.Late);
            LogLate();
            return;
        }

        if (await customers.FindAsync(sms.Begun.Customer, limit) is not { } customer)
            return;
        if (!await messages.TryRecordAsync(sms, customer.Phone, fnps.Value, limit))
        {
            SecurityMetrics.Count(SmsOutcome.NotAllowed);
            LogNotAllowed(sms.Purpose);
            return;
        }

        var outcome = await gateway.SendAsync(sms.Id, customer.Phone, SmsText.OfFnp(sms, code, customer.Language), limit).WaitAsync(limit);
        if (outcome != SendOutcome.Delivered)
        {
            SecurityMetrics.Count(SmsOutcome.Failed);
            LogRefused(outcome.Kind);
            return;
        }

        SecurityMetrics.Count(SmsOutcome.Accepted);
        await messages.RecordAsync(sms.Id, SmsState.Accepted, limit);
    });

    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(SmsQueue),
        ServiceLifecycleStage.RuntimeStorageServices,
        _ =>
        {
            var limit = new ParallelOptions { MaxDegreeOfParallelism = options.Value.SmsConcurrencyMax };
            _loop = Parallel.ForEachAsync(_queue.Reader.ReadAllAsync(CancellationToken.None), limit, (send, _) => RunAsync(send));
            return Task.CompletedTask;
        },
        async ct =>
        {
            _queue.Writer.TryComplete();
            await _loop.WaitAsync(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });

    private void Enqueue(Func<CancellationToken, Task> send)
    {
        Interlocked.Increment(ref _pending);
        if (_queue.Writer.TryWrite(send))
            return;
        Interlocked.Decrement(ref _pending);
        SecurityMetrics.Count(SmsOutcome.Dropped);
        LogFull();
    }

    private async ValueTask RunAsync(Func<CancellationToken, Task> send)
    {
        using var limit = new CancellationTokenSource(options.Value.SmsTimeout);
        try
        {
            await send(limit.Token);
        }
        catch (Exception exception)
        {
            SecurityMetrics.Count(SmsOutcome.Failed);
            LogFailed(exception);
        }
        finally
        {
            Interlocked.Decrement(ref _pending);
        }
    }

    [LoggerMessage(3001, LogLevel.Error, "The SMS queue is full; an SMS was dropped")]
    private partial void LogFull();

    [LoggerMessage(3002, LogLevel.Error, "An SMS could not be sent; whether the provider took it is not known")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(3003, LogLevel.Warning, "The SMS queue is so long that an FNP expired in it")]
    private partial void LogLate();

    [LoggerMessage(
        3004, LogLevel.Warning,
        "An FNP for {Purpose} was not sent: the number has had its share of today, or is suspended, or what it was for has ended")]
    private partial void LogNotAllowed(FnpPurpose purpose);

    [LoggerMessage(3005, LogLevel.Error, "The provider did not take an SMS with an FNP: {Outcome}")]
    private partial void LogRefused(SendOutcomeKind outcome);
}
