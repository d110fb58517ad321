using BktSmart.Authentication;
using BktSmart.Customers;
using BktSmart.Messages;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.Tests.Storage;

public sealed class SmsQueueTest
{
    /// <summary>The work of an SMS beside an answer that is on its way made right cards tell themselves apart by time.</summary>
    [Fact]
    public async Task SendAlert_AnswerStillOnItsWay_BeginsOnlyAfterTheLead()
    {
        var (clock, gateway, lifecycle) = (new WatchedClock(), new Gateway(), new Lifecycle());
        // Never connected: an alert to a number reads nothing.
        await using var database = NpgsqlDataSource.Create("Host=127.0.0.1");
        var queue = new SmsQueue(
            gateway, new CustomerStore(database, clock), new FnpMessageStore(database, clock), clock, Options.Create(new MessageDeliveryOptions()), Options.Create(new FnpOptions()), clock,
            NullLogger<SmsQueue>.Instance);
        queue.Participate(lifecycle);
        await lifecycle.Observer!.OnStart(CancellationToken.None);

        queue.SendAlert(PhoneNumber.FromE164("+355672000001"), Language.English, SecurityAlert.PhoneChanged);
        var waits = clock.WaitsAsync();
        Assert.Same(waits, await Task.WhenAny(waits, gateway.Sent));
        clock.Advance(SmsQueue.AnswerLead);
        await gateway.Sent;
        await lifecycle.Observer.OnStop(CancellationToken.None);
    }

    private sealed class Gateway : ISmsGateway
    {
        private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Sent => _sent.Task;

        public Task SendAsync(Guid id, PhoneNumber to, string text, CancellationToken cancellationToken)
        {
            _sent.TrySetResult();
            return Task.CompletedTask;
        }
    }
}
