using BktSmart.BusinessDay;
using BktSmart.Ledger;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BktSmart.StandingOrders;

/// <summary>
/// Makes payments of what is due, and tries them. Everything that was decided is in the database before the next step is taken: an order's
/// date becomes one payment, an attempt has one id, under which the ledger decides once, and another attempt begins only when that one is
/// on record as refused. So a crash between two steps, a second silo, and a lost answer repeat what was done, and pay nothing twice.
/// </summary>
internal sealed partial class StandingOrderPayer(
    StandingOrderStore store, CalendarStore calendar, LedgerWriter ledger, IOptions<StandingOrderOptions> options, TimeProvider time,
    ILogger<StandingOrderPayer> logger)
{
    private const int OrdersAtOnceMax = 500;

    /// <summary>Reckons dates again that were reckoned with an older calendar: what is due already stays.</summary>
    /// <returns>How many there were, up to 500.</returns>
    public async Task<int> ReckonAsync(CancellationToken cancellationToken)
    {
        var days = await calendar.ReadAsync(BankTime.Today(time).AddMonths(-1), cancellationToken);
        var outdated = await store.ListOutdatedAsync(days.Version, OrdersAtOnceMax, cancellationToken);
        foreach (var row in outdated)
        {
            var next = StandingOrderRules.Next(row.Order.Schedule, row.Place, row.Order.PaymentsMade, days);
            await store.AdvanceAsync(row, null, next, days.Version, cancellationToken);
        }

        return outdated.Count;
    }

    /// <summary>Makes payments of the dates that have come; a missed day's too.</summary>
    /// <returns>How many dates there were, up to 500.</returns>
    public async Task<int> MakeDueAsync(CancellationToken cancellationToken)
    {
        var due = await store.ListDueAsync(BankTime.Today(time), OrdersAtOnceMax, cancellationToken);
        if (due.Count == 0)
            return 0;
        var days = await calendar.ReadAsync(due[0].Order.NextDueOn!.Value.AddMonths(-1), cancellationToken);
        foreach (var row in due)
        {
            var (schedule, made) = (row.Order.Schedule, row.Order.PaymentsMade + 1);
            var next = StandingOrderRules.Next(schedule, row.Place + 1, made, days);
            var at = StandingOrderRules.FirstAttempt(row.Order.NextDueOn!.Value, options.Value);
            await store.AdvanceAsync(row, at, next, days.Version, cancellationToken);
        }

        return due.Count;
    }

    /// <summary>Tries payments whose time has come, as many at once as this silo may.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> PayAsync(CancellationToken cancellationToken)
    {
        var due = await store.TakeUpAsync(time.GetUtcNow(), options.Value.Lease, options.Value.ConcurrencyMax, cancellationToken);
        await Task.WhenAll(due.Select(payment => PayAsync(payment, cancellationToken)));
        return due.Count;
    }

    /// <summary>Tries one that was taken up. Where the outcome is not known, or is no record, the same attempt comes again.</summary>
    public async Task PayAsync(DuePayment payment, CancellationToken cancellationToken)
    {
        var decision = await ledger.PostAsync(payment.ToOrder());
        if (decision.Recorded is null)
        {
            LogNotDecided(payment.OrderId, payment.DueOn, payment.Attempt, decision.Refusal!.Reason);
            return;
        }

        var refused = decision.Refusal?.Reason;
        // What the customer tried again has failed at once; he has the answer.
        var next = refused is { } turning && !payment.Confirmed && !payment.GivenUp && StandingOrderRules.MayTurn(turning)
            ? StandingOrderRules.NextAttempt(time.GetUtcNow(), options.Value)
            : null;
        var pause = refused is { } reason ? StandingOrderRules.PauseCauseOf(reason) : null;
        if (await store.SettleAsync(payment, next, pause, refused, tells: !payment.GivenUp && !payment.Confirmed, cancellationToken))
            StandingOrderMetrics.Count(refused, next is not null);
    }

    [LoggerMessage(7101, LogLevel.Warning, "Payment {DueOn} of standing order {OrderId} is not decided: attempt {Attempt}, {Reason}")]
    private partial void LogNotDecided(Guid orderId, DateOnly dueOn, int attempt, Reason reason);
}
