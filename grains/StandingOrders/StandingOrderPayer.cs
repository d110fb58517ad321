using BktSmart.BusinessDay;
using BktSmart.Ledger;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.StandingOrders;

/// <summary>
/// Makes payments of what is due, and tries them. Everything that was decided is in the database before the next step is taken: an order's
/// date becomes one payment, an attempt has one id, under which the ledger decides once, and another attempt begins only when that one is
/// on record as refused. So a crash between two steps, a second silo, and a lost answer repeat what was done, and pay nothing twice.
/// </summary>
internal sealed partial class StandingOrderPayer(
    StandingOrderStore store, CalendarStore calendar, LedgerWriter ledger, IOptions<StandingOrderOptions> options,
    [BankClock] TimeProvider time, ILogger<StandingOrderPayer> logger)
{
    private const int OrdersAtOnceMax = 500;

    /// <summary>Reckons dates again that were reckoned with an older calendar: what is due already stays.</summary>
    /// <returns>How many moved on, up to 500.</returns>
    public async Task<int> ReckonAsync(CancellationToken cancellationToken)
    {
        var days = await calendar.ReadAsync(BankTime.Today(time).AddMonths(-1), cancellationToken);
        var outdated = await store.ListOutdatedAsync(days.Version, OrdersAtOnceMax, cancellationToken);
        return await AdvanceEachAsync(outdated, row => (
            StandingOrderRules.Next(row.Order.Schedule, row.Place, row.Order.PaymentsMade, days), null), days, cancellationToken);
    }

    /// <summary>Makes payments of the dates that have come; a missed day's too.</summary>
    /// <returns>How many moved on, up to 500.</returns>
    public async Task<int> MakeDueAsync(CancellationToken cancellationToken)
    {
        var due = await store.ListDueAsync(BankTime.Today(time), OrdersAtOnceMax, cancellationToken);
        if (due.Count == 0)
            return 0;
        var days = await calendar.ReadAsync(due[0].Order.NextDueOn!.Value.AddMonths(-1), cancellationToken);
        return await AdvanceEachAsync(due, row => (
            StandingOrderRules.Next(row.Order.Schedule, row.Place + 1, row.Order.PaymentsMade + 1, days),
            StandingOrderRules.FirstAttempt(row.Order.NextDueOn!.Value, options.Value)), days, cancellationToken);
    }

    /// <summary>Tries payments whose time has come, as many at once as this silo may.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> PayAsync(CancellationToken cancellationToken)
    {
        var due = await store.TakeUpAsync(time.GetUtcNow(), options.Value.Lease, options.Value.ConcurrencyMax, cancellationToken);
        await Task.WhenAll(due.Select(payment => PayAsync(payment, tells: true, cancellationToken)));
        return due.Count;
    }

    /// <summary>Tries one that was taken up. Where the outcome is not known, or is no record, the same attempt comes again.</summary>
    /// <param name="tells">Whether the customer hears of a failure; not who waits for the answer.</param>
    public async Task PayAsync(DuePayment payment, bool tells, CancellationToken cancellationToken)
    {
        var decision = await ledger.PostAsync(payment.ToOrder());
        if (decision.Recorded is null)
        {
            LogNotDecided(payment.OrderId, payment.DueOn, payment.Attempt, decision.Refusal!.Reason);
            return;
        }

        var refused = decision.Refusal?.Reason;
        // What the customer tried again has failed at once, and says nothing of the dates to come.
        var next = refused is { } turning && !payment.Confirmed && !payment.GivenUp && StandingOrderRules.MayTurn(turning)
            ? StandingOrderRules.NextAttempt(time.GetUtcNow(), options.Value)
            : null;
        var pause = refused is { } reason && !payment.Confirmed ? StandingOrderRules.PauseCauseOf(reason) : null;
        if (await store.SettleAsync(payment, next, pause, refused, tells && !payment.GivenUp, cancellationToken))
            StandingOrderMetrics.Count(refused, next is not null);
    }

    /// <summary>Moves orders on; one whose row somebody keeps locked holds up no other.</summary>
    private async Task<int> AdvanceEachAsync(
        IReadOnlyList<StandingOrderRow> rows, Func<StandingOrderRow, (NextDate Next, DateTimeOffset? AttemptAfter)> next,
        BankCalendar days, CancellationToken cancellationToken)
    {
        var advanced = 0;
        foreach (var row in rows)
        {
            try
            {
                var (date, attemptAfter) = next(row);
                if (await store.AdvanceAsync(row, attemptAfter, date, days.Version, cancellationToken))
                    advanced++;
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                LogLocked(row.Order.Id);
            }
        }

        return advanced;
    }

    [LoggerMessage(7103, LogLevel.Warning, "Standing order {OrderId} is locked; it is looked at again")]
    private partial void LogLocked(Guid orderId);

    [LoggerMessage(7101, LogLevel.Warning, "Payment {DueOn} of standing order {OrderId} is not decided: attempt {Attempt}, {Reason}")]
    private partial void LogNotDecided(Guid orderId, DateOnly dueOn, int attempt, Reason reason);
}
