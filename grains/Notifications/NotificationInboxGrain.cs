using BktSmart.Customers;
using BktSmart.Ledger;
using Microsoft.Extensions.Logging;
using Orleans.Placement;
using Orleans.Streams;
using Orleans.Streams.Core;
using Orleans.Utilities;

namespace BktSmart.Notifications;

// An inbox has sources: the postings of each account, and the customer's own events. Each is numbered in an order of its own, and a stored
// position says up to where the inbox was told. A delivery goes in three steps: the stream says that a source has gone on; the grain reads
// the source from its position on; and it stores what it made of that together with the new position, in one statement that does nothing if
// the position is another one by now.
//
// So an event is a hint. It may come twice, late, out of order, or not at all: what it names was told already, or is told with the next.
// A crash between two steps changes nothing, because the row of the event is deleted only when the position has passed it. A second
// activation is refused by the position, and thrown away with what it believes; the event comes again.

/// <summary>
/// Holds who watches the inbox, and up to where it was told; the truth is in <c>bank.inbox_position</c> and <c>bank.notification</c>.
/// </summary>
[ImplicitStreamSubscription(TransactionPosted.StreamNamespace), RandomPlacement, GrainType("notification-inbox")]
internal sealed partial class NotificationInboxGrain(
    InboxStore inboxes, NotificationStore notifications, CustomerEventTexts texts, [BankClock] TimeProvider time,
    ILogger<NotificationInboxGrain> logger)
    : Grain, INotificationInboxGrain, IStreamSubscriptionObserver, IAsyncObserver<TransactionPosted>, IMayNameNothing
{
    private readonly ObserverManager<INotificationObserver> _observers = new(NotificationWatching.Lasts, logger);

    /// <summary>Up to where each source was told. Empty after a failure: nobody knows what is stored then.</summary>
    private readonly Dictionary<long, long> _positions = [];

    /// <summary>An inbox that nobody watches and that was told of nothing holds nothing that the next one would not read.</summary>
    public bool NamesNothing => _positions.Count == 0 && _observers.Count == 0;

    private CustomerNumber Customer => GrainKeys.ToCustomerNumber(this.GetPrimaryKeyString());

    /// <summary>Without this a delivery to a new activation would be acknowledged and dropped.</summary>
    public Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory) => handleFactory.Create<TransactionPosted>().ResumeAsync(this);

    public async Task OnNextAsync(TransactionPosted item, StreamSequenceToken? token = null)
    {
        try
        {
            var source = new InboxSource(Customer, item.AccountId);
            if (!_positions.TryGetValue(source.Id, out var position))
                position = await inboxes.ReadPositionAsync(source);
            while (position < item.Position)
                position = await TellAsync(source, position, item.Position);
            _positions[item.AccountId] = position;
        }
        catch
        {
            _positions.Clear();
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
        await notifications.MarkReadAsync(Customer, upToNumber, cancellationToken);
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

    /// <summary>Tells of what a source has behind its position, up to a limit, and gives the new position.</summary>
    /// <param name="hinted">Up to where the source is said to have something.</param>
    private async Task<long> TellAsync(InboxSource source, long after, long hinted)
    {
        var question = new InboxQuestion(source, after);
        var items = source.Id == InboxSource.OwnEvents ? await ReadEventsAsync(question) : await ReadPostingsAsync(question);
        // Postings are never forgotten.
        if (items.Count == 0 && (source.Id != InboxSource.OwnEvents || !CustomerEvent.MayBeForgotten(hinted, time.GetUtcNow())))
            throw new InvalidOperationException("An event came for something that its source does not have; they are written together.");
        var position = items.Count == 0 ? hinted : items[^1].Number;
        await inboxes.WriteAsync(new InboxWrite(source, after, position, items));
        if (items.Count > 0)
            await _observers.Notify(observer => observer.Arrived());
        return position;
    }

    private async Task<IReadOnlyList<(long Number, NotificationText Text)>> ReadPostingsAsync(InboxQuestion question)
    {
        var news = await inboxes.ReadPostingsAsync(question);
        return
        [
            .. news.Items.Select(
                posting => (posting.Transaction.SequenceNumber, NotificationText.Of(posting.Transaction, posting.Account, news.Language))),
        ];
    }

    private async Task<IReadOnlyList<(long Number, NotificationText Text)>> ReadEventsAsync(InboxQuestion question)
    {
        var news = await inboxes.ReadEventsAsync(question);
        return [.. news.Items.Select(happened => (happened.Number, texts.Of(happened, news.Language)))];
    }

    [LoggerMessage(3101, LogLevel.Warning, "The stream reports a failed delivery to an inbox")]
    private partial void LogDeliveryFailed(Exception exception);
}
