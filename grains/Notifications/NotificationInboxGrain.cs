using BktSmart.Ledger;
using BktSmart.Messages;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Placement;
using Orleans.Streams;
using Orleans.Streams.Core;
using Orleans.Utilities;

namespace BktSmart.Notifications;

/// <summary>
/// Holds who watches the inbox, and how far each account was notified; the truth is in <c>bank.notification</c>. The stream delivers events
/// at least once, so the grain takes an event for a hint: it reads the ledger from where the account was notified to where it is now, and
/// adds a notification for each posting. What is delivered twice, or was overtaken by reading ahead, is known and adds nothing; an event
/// that never comes is made up for by the next. A second activation fails on a key; an activation that fails is given up with what it
/// holds, and its event comes again.
///
/// A notification is stored before it is pushed, and its push is settled after. After a crash between the two, the event comes again, and
/// the new activation makes up for it; a push service shows one message id once.
/// </summary>
[ImplicitStreamSubscription(TransactionPosted.StreamNamespace), RandomPlacement, GrainType("notification-inbox")]
internal sealed partial class NotificationInboxGrain(
    NotificationStore notifications, IPushGateway push, TimeProvider time, IOptions<MessageDeliveryOptions> options,
    ILogger<NotificationInboxGrain> logger)
    : Grain, INotificationInboxGrain, IStreamSubscriptionObserver, IAsyncObserver<TransactionPosted>, IMayNameNothing
{
    private const int PushesAtOnceMax = 100;

    private readonly Dictionary<long, long> _lastByAccount = [];

    private readonly ObserverManager<INotificationObserver> _observers = new(NotificationWatching.Lasts, logger);

    /// <summary>An inbox that nobody watches and that has notified of nothing holds nothing that the next one would not read.</summary>
    public bool NamesNothing => _lastByAccount.Count == 0 && _observers.Count == 0;

    private CustomerNumber Customer => GrainKeys.ToCustomerNumber(this.GetPrimaryKeyString());

    /// <summary>Without this a delivery to a new activation would be acknowledged and dropped.</summary>
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<TransactionPosted>().ResumeAsync(this);

    public async Task OnNextAsync(TransactionPosted item, StreamSequenceToken? token = null)
    {
        try
        {
            long? last = _lastByAccount.TryGetValue(item.AccountId, out var known) ? known : null;
            while (last is null || last < item.SequenceNumber)
                last = await NotifyAsync(item, last);
            _lastByAccount[item.AccountId] = last.Value;
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
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

    /// <summary>
    /// Adds and pushes what the ledger has behind a sequence number, up to a limit, and gives the number that it came to.
    /// </summary>
    /// <param name="last">Null where this activation has not looked yet: then it also makes up for pushes that an earlier one stored and
    /// may not have tried.</param>
    private async Task<long> NotifyAsync(TransactionPosted item, long? last)
    {
        var news = await notifications.ReadNewsAsync(new InboxQuestion(Customer, item.AccountId, last));
        var target = news.Target;
        if (news.HasUnsettledPushes)
            await PushAsync(target, await notifications.ListUnsettledAsync(Customer, PushesAtOnceMax, CancellationToken.None));
        if (news.After >= item.SequenceNumber)
            return news.After;
        if (news.Posted.Count == 0)
            throw new InvalidOperationException("An event came for a posting that is not in the ledger; they are written together.");

        var items = news.Posted.Select(
            transaction => (transaction.SequenceNumber, NotificationText.Of(transaction, item.Account, news.Language))).ToArray();
        var numbers = await notifications.AddAsync(
            new InboxEntries(Customer, item.AccountId, items, Settled: target is null, time.GetUtcNow()));
        await _observers.Notify(observer => observer.Arrived());
        if (target is not null)
            await PushAsync(target, [.. numbers.Zip(items, (number, stored) => (number, stored.Item2.Title))]);
        return news.Posted[^1].SequenceNumber;
    }

    private async Task PushAsync(PushTarget? target, IReadOnlyList<(long Number, string Title)> unsettled)
    {
        if (target is not null)
        {
            foreach (var (number, title) in unsettled)
                await TryPushAsync(target, number, title);
        }

        await notifications.SettlePushesAsync(
            Customer, [.. unsettled.Select(push => push.Number)], time.GetUtcNow(), CancellationToken.None);
    }

    /// <summary>A push is a courtesy; the inbox is the record. A gateway that fails or hangs does not hold up what comes after.</summary>
    private async Task TryPushAsync(PushTarget target, long number, string title)
    {
        using var limit = new CancellationTokenSource(options.Value.PushTimeout);
        try
        {
            var message = new PushMessage($"{Customer}-{number}", NotificationText.PushTitle, title);
            await push.SendAsync(target, message, limit.Token).WaitAsync(limit.Token);
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
