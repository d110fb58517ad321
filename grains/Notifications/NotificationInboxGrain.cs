using BktSmart.Accounts;
using BktSmart.Customers;
using BktSmart.Ledger;
using BktSmart.Messages;
using Microsoft.Extensions.Logging;
using Orleans.Placement;
using Orleans.Streams;
using Orleans.Streams.Core;
using Orleans.Utilities;

namespace BktSmart.Notifications;

/// <summary>
/// Holds who watches the inbox at the moment; the truth is in <c>bank.notification</c>. The stream delivers events at least once, so the grain takes an event for a
/// hint: it looks up how far the account was notified, and adds what lies between that and the event, from the ledger. What was delivered twice adds
/// nothing; what was overtaken is there already; a second activation fails on a key. Then it pushes what is not pushed yet. After a crash between the two, the event
/// comes again and the push is made up for; a push service shows one message id once.
/// </summary>
[ImplicitStreamSubscription(TransactionPosted.StreamNamespace), RandomPlacement, GrainType("notification-inbox")]
internal sealed partial class NotificationInboxGrain(
    NotificationStore notifications, AccountStore accounts, IPushGateway push, TimeProvider time, ILogger<NotificationInboxGrain> logger)
    : Grain, INotificationInboxGrain, IStreamSubscriptionObserver, IAsyncObserver<TransactionPosted>
{
    private const int PushesAtOnceMax = 100;

    private static readonly TimeSpan WatchLasts = TimeSpan.FromMinutes(1);

    private readonly ObserverManager<INotificationObserver> _observers = new(WatchLasts, logger);

    private CustomerNumber Customer => GrainKeys.ToCustomerNumber(this.GetPrimaryKeyString());

    /// <summary>Without this a delivery to a new activation would be acknowledged and dropped.</summary>
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<TransactionPosted>().ResumeAsync(this);

    public async Task OnNextAsync(TransactionPosted item, StreamSequenceToken? token = null)
    {
        var (accountId, last) = await notifications.FindLastAsync(Customer, item.Account, CancellationToken.None);
        if (item.Transaction.SequenceNumber > last)
            await AddAsync(item, accountId, last);
        await PushAsync();
    }

    public Task OnErrorAsync(Exception ex)
    {
        LogDeliveryFailed(ex);
        return Task.CompletedTask;
    }

    public async Task<NotificationPage> List(long? beforeNumber, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, NotificationPage.CountMax);
        var found = await notifications.ListBeforeAsync(Customer, beforeNumber ?? long.MaxValue, count + 1, cancellationToken);
        var unread = await notifications.CountUnreadAsync(Customer, cancellationToken);
        return new NotificationPage([.. found.Take(count)], found.Count > count, unread);
    }

    public Task<IReadOnlyList<Notification>> ListAfter(long afterNumber, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, NotificationPage.CountMax);
        return notifications.ListAfterAsync(Customer, afterNumber, count, cancellationToken);
    }

    public async Task<long> GetLastNumber(CancellationToken cancellationToken) =>
        (await notifications.ListBeforeAsync(Customer, long.MaxValue, 1, cancellationToken)) is [var newest] ? newest.Number : 0;

    public async Task<int> MarkRead(long upToNumber, CancellationToken cancellationToken)
    {
        await notifications.MarkReadAsync(Customer, upToNumber, time.GetUtcNow(), cancellationToken);
        return await notifications.CountUnreadAsync(Customer, cancellationToken);
    }

    public Task Watch(INotificationObserver observer, CancellationToken cancellationToken)
    {
        _observers.Subscribe(observer, observer);
        return Task.CompletedTask;
    }

    public Task Unwatch(INotificationObserver observer, CancellationToken cancellationToken)
    {
        _observers.Unsubscribe(observer);
        return Task.CompletedTask;
    }

    private async Task AddAsync(TransactionPosted item, long accountId, long last)
    {
        var sequenceNumber = item.Transaction.SequenceNumber;
        IReadOnlyList<Transaction> missing = sequenceNumber == last + 1
            ? [item.Transaction]
            : await accounts.ListTransactionsAsync(accountId, last, sequenceNumber, CancellationToken.None);
        var language = await notifications.FindLanguageAsync(Customer, CancellationToken.None);
        await notifications.AddAsync(
            Customer,
            accountId,
            [.. missing.Select(transaction => (transaction.SequenceNumber, NotificationText.Of(transaction, item.Account, language)))],
            time.GetUtcNow(),
            CancellationToken.None);
        await _observers.Notify(observer => observer.Arrived());
    }

    private async Task PushAsync()
    {
        var unsettled = await notifications.ListUnsettledAsync(Customer, PushesAtOnceMax, CancellationToken.None);
        if (unsettled.Count == 0)
            return;

        var target = await GrainFactory.Credentials(Customer).GetPushTarget(CancellationToken.None);
        foreach (var notification in unsettled)
        {
            if (target is not null)
                await TryPushAsync(target, notification);
            await notifications.SettlePushAsync(Customer, notification.Number, time.GetUtcNow(), CancellationToken.None);
        }
    }

    /// <summary>A push is a courtesy; the inbox is the record. A gateway that fails does not hold up what comes after.</summary>
    private async Task TryPushAsync(Authentication.PushTarget target, Notification notification)
    {
        try
        {
            var message = new PushMessage($"{Customer}-{notification.Number}", NotificationText.PushTitle, notification.Title);
            await push.SendAsync(target, message, CancellationToken.None);
        }
        catch (Exception exception)
        {
            LogPushFailed(exception);
        }
    }

    [LoggerMessage(3101, LogLevel.Warning, "The stream reports a failed delivery to an inbox")]
    private partial void LogDeliveryFailed(Exception exception);

    [LoggerMessage(3102, LogLevel.Warning, "The push gateway failed; the notification is in the inbox")]
    private partial void LogPushFailed(Exception exception);
}
