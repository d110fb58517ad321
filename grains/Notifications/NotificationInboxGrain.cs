using BktSmart.Accounts;
using BktSmart.Customers;
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
/// Holds who watches the inbox, and how far each account was notified; the truth is in <c>bank.notification</c>. The stream delivers events at least once, so the grain takes an
/// event for a hint: it reads the ledger from where the account was notified to where it is now, and adds a notification for each posting. What is delivered twice,
/// or was overtaken by reading ahead, is known and adds nothing; an event that never comes is made up for by the next. A second activation fails on a key;
/// an activation that fails is given up with what it holds, and its event comes again.
///
/// A notification is stored before it is pushed, and its push is settled after. After a crash between the two, the event comes again, and the new
/// activation makes up for it; a push service shows one message id once.
/// </summary>
[ImplicitStreamSubscription(TransactionPosted.StreamNamespace), RandomPlacement, GrainType("notification-inbox")]
internal sealed partial class NotificationInboxGrain(
    NotificationStore notifications, AccountStore accounts, IPushGateway push, TimeProvider time, IOptions<MessageDeliveryOptions> options,
    ILogger<NotificationInboxGrain> logger)
    : Grain, INotificationInboxGrain, IStreamSubscriptionObserver, IAsyncObserver<TransactionPosted>
{
    private const int PushesAtOnceMax = 100;
    private const int ReadAheadMax = 100;

    private readonly Dictionary<long, long> _lastByAccount = [];
    private bool _pushesAreSettled;

    private readonly ObserverManager<INotificationObserver> _observers = new(NotificationWatching.Lasts, logger);

    private CustomerNumber Customer => GrainKeys.ToCustomerNumber(this.GetPrimaryKeyString());

    /// <summary>Without this a delivery to a new activation would be acknowledged and dropped.</summary>
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<TransactionPosted>().ResumeAsync(this);

    public async Task OnNextAsync(TransactionPosted item, StreamSequenceToken? token = null)
    {
        try
        {
            if (!_pushesAreSettled)
                await MakeUpForPushesAsync();
            _pushesAreSettled = true;

            if (!_lastByAccount.TryGetValue(item.AccountId, out var last))
                last = await notifications.FindLastAsync(Customer, item.AccountId, CancellationToken.None);
            while (last < item.SequenceNumber)
                last = await NotifyAsync(item, last);
            _lastByAccount[item.AccountId] = last;
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

    /// <summary>Adds and pushes what the ledger has behind a sequence number, up to a limit, and gives the number that it came to.</summary>
    private async Task<long> NotifyAsync(TransactionPosted item, long last)
    {
        var posted = await accounts.ListTransactionsAfterAsync(item.AccountId, last, ReadAheadMax, CancellationToken.None);
        if (posted.Count == 0)
            throw new InvalidOperationException("An event came for a posting that is not in the ledger; they are written together.");

        var language = await notifications.FindLanguageAsync(Customer, CancellationToken.None);
        var texts = posted.Select(transaction => NotificationText.Of(transaction, item.Account, language)).ToArray();
        var target = await GrainFactory.Credentials(Customer).GetPushTarget(CancellationToken.None);
        var numbers = await notifications.AddAsync(
            Customer, item.AccountId, [.. posted.Zip(texts, (transaction, text) => (transaction.SequenceNumber, text))], settled: target is null, time.GetUtcNow(),
            CancellationToken.None);
        await _observers.Notify(observer => observer.Arrived());
        if (target is not null)
            await PushAsync(target, [.. numbers.Zip(texts, (number, text) => (number, text.Title))]);
        return posted[^1].SequenceNumber;
    }

    /// <summary>Pushes what the last activation stored and may not have pushed.</summary>
    private async Task MakeUpForPushesAsync()
    {
        var unsettled = await notifications.ListUnsettledAsync(Customer, PushesAtOnceMax, CancellationToken.None);
        if (unsettled.Count > 0)
            await PushAsync(await GrainFactory.Credentials(Customer).GetPushTarget(CancellationToken.None), unsettled);
    }

    private async Task PushAsync(Authentication.PushTarget? target, IReadOnlyList<(long Number, string Title)> unsettled)
    {
        if (target is not null)
        {
            foreach (var (number, title) in unsettled)
                await TryPushAsync(target, number, title);
        }

        await notifications.SettlePushesAsync(Customer, [.. unsettled.Select(push => push.Number)], time.GetUtcNow(), CancellationToken.None);
    }

    /// <summary>A push is a courtesy; the inbox is the record. A gateway that fails or hangs does not hold up what comes after.</summary>
    private async Task TryPushAsync(Authentication.PushTarget target, long number, string title)
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
