using System.Threading.Channels;
using BktSmart.Customers;
using Microsoft.Extensions.Logging;

namespace BktSmart.Messages;

/// <summary>
/// Sends SMS behind the back of the answer, so that the time of an answer does not tell whether one was sent. What waits here is lost with the silo, and
/// the customer asks for another FNP.
/// </summary>
internal sealed partial class SmsQueue(ISmsGateway gateway, ILogger<SmsQueue> logger) : ILifecycleParticipant<ISiloLifecycle>
{
    private const int LengthMax = 10_000;

    private readonly Channel<(PhoneNumber To, string Text)> _queue =
        Channel.CreateBounded<(PhoneNumber, string)>(new BoundedChannelOptions(LengthMax) { SingleReader = true });

    private Task _loop = Task.CompletedTask;

    public void Send(PhoneNumber to, string text)
    {
        if (!_queue.Writer.TryWrite((to, text)))
            LogFull();
    }

    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(SmsQueue),
        ServiceLifecycleStage.RuntimeStorageServices,
        _ =>
        {
            _loop = Task.Run(RunAsync, CancellationToken.None);
            return Task.CompletedTask;
        },
        async ct =>
        {
            _queue.Writer.TryComplete();
            await _loop.WaitAsync(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });

    private async Task RunAsync()
    {
        await foreach (var (to, text) in _queue.Reader.ReadAllAsync())
        {
            try
            {
                await gateway.SendAsync(to, text, CancellationToken.None);
            }
            catch (Exception exception)
            {
                LogFailed(exception);
            }
        }
    }

    [LoggerMessage(3001, LogLevel.Error, "The SMS queue is full; a message was dropped")]
    private partial void LogFull();

    [LoggerMessage(3002, LogLevel.Error, "The SMS gateway failed; a message was dropped")]
    private partial void LogFailed(Exception exception);
}
