using BktSmart.Authentication;
using BktSmart.BusinessDay;
using BktSmart.Ledger;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using Orleans.Placement;

namespace BktSmart.StandingOrders;

/// <summary>Holds nothing, and is reentrant: what must be in order is so in the database.</summary>
[Reentrant, RandomPlacement, GrainType("standing-orders")]
internal sealed class StandingOrdersGrain(
    StandingOrderStore store, StandingOrderPayer payer, AccountDirectory directory, LedgerReader reader, CalendarStore calendar,
    Confirmations confirmations, IOptions<StandingOrderOptions> options, IOptions<PaymentOptions> payments, [BankClock] TimeProvider time)
    : Grain, IStandingOrdersGrain, IMayNameNothing
{
    private const int UpcomingDays = 31;
    private const int FailedDays = 31;

    // Whether a call has found anything of the customer.
    private bool _known;

    public bool NamesNothing => !_known;

    private CustomerNumber Number => GrainKeys.ToCustomerNumber(this.GetPrimaryKeyString());

    private DateOnly Today => BankTime.Today(time);

    public async Task<Result<FnpChallenge>> BeginCreate(
        Requester requester, StandingOrderCommand command, Guid requestId, CancellationToken cancellationToken)
    {
        if (await confirmations.FindAsync(requester, FnpPurpose.StandingOrder, MatterOf(command), requestId, cancellationToken)
            is { } begun)
            return begun;
        if (await FindGivenAsync(command, cancellationToken) is { } known)
            return known.Refusal ?? new Refusal(Reason.ConfirmationNotNeeded);
        if ((await CheckAsync(command, cancellationToken)).Refusal is { } refusal)
            return refusal;
        if ((await List(cancellationToken)).Count(IsOpen) >= options.Value.OrdersMax)
            return Reason.TooManyStandingOrders;
        return await confirmations.BeginAsync(requester, FnpPurpose.StandingOrder, MatterOf(command), requestId, cancellationToken);
    }

    public async Task<Result<StandingOrder>> Create(
        Requester requester, StandingOrderCommand command, Confirmation? confirmation, CancellationToken cancellationToken)
    {
        // What is done is answered from the record: the answer before may have been lost.
        if (await FindGivenAsync(command, cancellationToken) is { } known)
            return known;
        if (await ConfirmAsync(requester, MatterOf(command), confirmation, cancellationToken) is { } refusal)
            return refusal;
        var (wrong, accounts) = await CheckAsync(command, CancellationToken.None);
        if (wrong is not null)
            return wrong;
        var days = await calendar.ReadAsync(Today.AddMonths(-1), CancellationToken.None);
        var next = StandingOrderRules.Next(command.Schedule, 0, 0, days);
        if (await store.AddAsync(
            Number, requester.SessionId, command, accounts.DebitId, accounts.CreditId, next, days.Version, options.Value.OrdersMax,
            CancellationToken.None) is { } reason)
            return reason;
        return (await FindGivenAsync(command, CancellationToken.None))!.Value;
    }

    public async Task<Result<FnpChallenge>> BeginChange(
        Requester requester, Guid id, StandingOrderChange change, Guid requestId, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } row)
            return InOrder(NotFound);
        var matter = MatterOf(row.Order, change);
        if (await confirmations.FindAsync(requester, FnpPurpose.StandingOrder, matter, requestId, cancellationToken) is { } begun)
            return begun;
        var changed = await ChangedAsync(row.Order, change, cancellationToken);
        if (changed.Refusal is { } refusal)
            return refusal;
        if (changed.Value == row.Order)
            return Reason.ConfirmationNotNeeded;
        if ((await NextAsync(row, changed.Value!, cancellationToken)).Refusal is { } never)
            return never;
        return await confirmations.BeginAsync(requester, FnpPurpose.StandingOrder, matter, requestId, cancellationToken);
    }

    public async Task<Result<StandingOrder>> Change(
        Requester requester, Guid id, StandingOrderChange change, Confirmation? confirmation, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } row)
            return InOrder(NotFound);
        var changed = await ChangedAsync(row.Order, change, cancellationToken);
        // As in Create.
        if (changed.Refusal is not null || changed.Value == row.Order)
            return changed;
        if (await ConfirmAsync(requester, MatterOf(row.Order, change), confirmation, cancellationToken) is { } refusal)
            return refusal;
        return await ChangeAsync(id, order => ChangedAsync(order, change, CancellationToken.None), requester.SessionId);
    }

    public async Task<Result<FnpChallenge>> BeginAct(
        Requester requester, Guid id, StandingOrderAction action, Guid requestId, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } row)
            return NotFound;
        var matter = MatterOf(row.Order, action);
        if (await confirmations.FindAsync(requester, FnpPurpose.StandingOrder, matter, requestId, cancellationToken) is { } begun)
            return begun;
        var wanted = await PrepareAsync(row, action, cancellationToken);
        if (wanted.Refusal is { } refusal)
            return refusal;
        if (action == StandingOrderAction.Pause || wanted.Value == row.Order)
            return Reason.ConfirmationNotNeeded;
        return await confirmations.BeginAsync(requester, FnpPurpose.StandingOrder, matter, requestId, cancellationToken);
    }

    public async Task<Result<StandingOrder>> Act(
        Requester requester, Guid id, StandingOrderAction action, Confirmation? confirmation, CancellationToken cancellationToken)
    {
        if (await FindAsync(id, cancellationToken) is not { } row)
            return NotFound;
        var wanted = await PrepareAsync(row, action, cancellationToken);
        if (wanted.Refusal is not null || wanted.Value == row.Order)
            return wanted;
        var refusal = action == StandingOrderAction.Pause
            ? (await GrainFactory.Credentials(Number).Act(
                requester.SessionId, proof: null, SecurityEventKind.StandingOrderPaused, requester.Origin, CancellationToken.None)).Refusal
            : await ConfirmAsync(requester, MatterOf(row.Order, action), confirmation, cancellationToken);
        if (refusal is not null)
            return refusal;

        return await ChangeAsync(
            id, order => Task.FromResult(Acted(order, action)), action == StandingOrderAction.Resume ? requester.SessionId : null);
    }

    public async Task<Result<StandingOrder>> PauseByStaff(
        StaffMember staff, Guid id, string why, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) is null
            ? NotFound
            : await ChangeAsync(
                id, order => Task.FromResult(Acted(order, StandingOrderAction.Pause, StandingOrderPauseCause.Staff)), session: null,
                new StaffPause(staff, why, time.GetUtcNow()));

    public async Task<Result<StandingOrder>> Get(Guid id, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) is { Order: var order } ? order : NotFound;

    public async Task<IReadOnlyList<StandingOrder>> List(CancellationToken cancellationToken)
    {
        var orders = await store.ListAsync(Number, cancellationToken);
        _known |= orders.Count > 0;
        return [.. orders.Select(row => row.Order)];
    }

    public async Task<Result<StandingOrderPaymentPage>> ListPayments(
        Guid id, DateOnly? before, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, StandingOrderPaymentPage.CountMax);
        if (await FindAsync(id, cancellationToken) is null)
            return NotFound with { Field = "parent" };
        var found = await store.ListPaymentsAsync(id, before ?? DateOnly.MaxValue, count + 1, cancellationToken);
        return new StandingOrderPaymentPage([.. found.Take(count)], found.Count > count);
    }

    public async Task<Result<StandingOrderPaymentPage>> ListScheduled(Iban account, CancellationToken cancellationToken)
    {
        if (await FindOwnAsync(account, cancellationToken) is not { } own)
            return new Refusal(Reason.AccountNotFound, "account");
        var today = Today;
        var days = await calendar.ReadAsync(today.AddMonths(-1), cancellationToken);
        var upcoming =
            from row in await store.ListAsync(Number, cancellationToken)
            where row.Order.State == StandingOrderState.Active && row.Order.Account == account
            from due in StandingOrderRules.Upcoming(
                row.Order.Schedule, row.Place, row.Order.PaymentsMade, today.AddDays(UpcomingDays), days)
            select Upcoming(row.Order, due);
        var open = await store.ListOpenAsync(own.Id, today.AddDays(-FailedDays), cancellationToken);
        return new StandingOrderPaymentPage([.. open.Concat(upcoming).OrderBy(payment => payment.DueOn)], false);
    }

    public async Task<Result<FnpChallenge>> BeginRetry(
        Requester requester, Guid id, DateOnly dueOn, Guid requestId, CancellationToken cancellationToken)
    {
        if (await FindPaymentAsync(id, dueOn, cancellationToken) is not var (payment, attempt, _))
            return new Refusal(Reason.StandingOrderNotFound, "name");
        var matter = MatterOf(payment);
        if (await confirmations.FindAsync(requester, FnpPurpose.StandingOrder, matter, requestId, cancellationToken) is { } begun)
            return begun;
        if (RefuseRetry(payment) is { } refusal)
            return refusal;
        return await ForeseeAsync(payment, attempt + 1, cancellationToken) is { } foreseen
            ? foreseen
            : await confirmations.BeginAsync(requester, FnpPurpose.StandingOrder, matter, requestId, cancellationToken);
    }

    public async Task<Result<StandingOrderPayment>> Retry(
        Requester requester, Guid id, DateOnly dueOn, Confirmation? confirmation, CancellationToken cancellationToken)
    {
        if (await FindPaymentAsync(id, dueOn, cancellationToken) is not var (payment, attempt, retryId))
            return new Refusal(Reason.StandingOrderNotFound, "name");
        // What this request has begun is answered as it stands.
        if (confirmation is null || retryId != confirmation.Id)
        {
            if ((RefuseRetry(payment) ?? await ConfirmAsync(requester, MatterOf(payment), confirmation, cancellationToken))
                is { } refusal)
                return refusal;
            if ((await store.RetryAsync(
                id, dueOn, attempt, confirmation!.Id, requester.SessionId, time.GetUtcNow() + options.Value.Lease,
                CancellationToken.None)).Refusal is { } ended)
                return ended;
        }

        // A report of an FNP gives up what it finds begun: then it is only settled.
        if (await store.FindDueAsync(id, dueOn, CancellationToken.None) is { } due && (due.Confirmed || due.GivenUp))
            await payer.PayAsync(due, tells: false, CancellationToken.None);
        var (after, _, by) = (await FindPaymentAsync(id, dueOn, CancellationToken.None))!.Value;
        return after switch
        {
            { State: StandingOrderPaymentState.Booked } => after,
            { State: StandingOrderPaymentState.Failed, TransferId: { } attempted } when by == confirmation.Id =>
                await AnswerOfAsync(attempted, after.Payee),
            { State: StandingOrderPaymentState.Failed or StandingOrderPaymentState.GivenUp } => Reason.PaymentNotFailed,
            _ => Reason.OutcomeUnknown,
        };
    }

    private Refusal? RefuseRetry(StandingOrderPayment payment)
    {
        if (payment.State != StandingOrderPaymentState.Failed)
            return new Refusal(Reason.PaymentNotFailed);
        return StandingOrderRules.MayRetry(payment.DueOn, Today, options.Value) ? null : new Refusal(Reason.RetryTooLate);
    }

    /// <summary>Why another attempt would be refused now; null for what nothing stands in the way of.</summary>
    private async Task<Refusal?> ForeseeAsync(StandingOrderPayment payment, int attempt, CancellationToken cancellationToken)
    {
        var (debit, credit) = (
            await directory.FindAsync(payment.Account.Value, cancellationToken),
            await directory.FindAsync(payment.Payee.Value, cancellationToken));
        var order = new TransferOrder(
            store.IdOf(payment.OrderId, payment.DueOn, attempt), TransferKind.Payment, debit!.Id, credit!.Id, payment.Amount,
            payment.Reference, Originator.StandingOrder) { Confirmed = true };
        return await reader.ForeseeAsync(order, cancellationToken) is { } refusal ? ToPayer(refusal, payment.Payee) : null;
    }

    private static Refusal NotFound => new(Reason.StandingOrderNotFound, "name");

    /// <summary>A change has the order, and its fields, in a field.</summary>
    private static Refusal InOrder(Refusal refusal) => refusal with { Field = $"standing_order.{refusal.Field}" };

    /// <summary>An order of the customer; for anybody else it does not exist.</summary>
    private async Task<StandingOrderRow?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } row || row.Customer != Number)
            return null;
        _known = true;
        return row;
    }

    private async Task<(StandingOrderPayment Payment, int Attempt, Guid? RetryId)?> FindPaymentAsync(
        Guid id, DateOnly dueOn, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) is null ? null : await store.FindPaymentAsync(id, dueOn, cancellationToken);

    private async Task<AccountRegistration?> FindOwnAsync(Iban iban, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(iban.Value, cancellationToken) is not { } account || account.CustomerNumber != Number)
            return null;
        _known = true;
        return account;
    }

    /// <summary>Whether the order can be given today; limits and funds are for its own days.</summary>
    private async Task<(Refusal? Refusal, (long DebitId, long CreditId) Accounts)> CheckAsync(
        StandingOrderCommand command, CancellationToken cancellationToken)
    {
        if (await FindOwnAsync(command.Account, cancellationToken) is not { } debit)
            return (new Refusal(Reason.AccountNotFound, "source_account"), default);
        if (command.Payee == command.Account)
            return (new Refusal(Reason.SameAccount, "payee_iban"), default);
        if (command.Amount.Currency != debit.Currency)
            return (new Refusal(Reason.CurrencyMismatch, "amount"), default);
        var payee = await FindPayeeAsync(debit, command.Payee, cancellationToken);
        if (payee.Refusal is { } refusal)
            return (refusal, default);
        if (payee.Value!.CustomerNumber != Number && command.Amount.Minor > payments.Value.AmountsOf(debit.Currency).LimitCeilingMinor)
            return (new Refusal(Reason.AmountTooLarge, "amount"), default);
        var days = await calendar.ReadAsync(Today.AddMonths(-1), cancellationToken);
        return (StandingOrderRules.Refuse(command.Schedule, Today, days), (debit.Id, payee.Value.Id));
    }

    /// <summary>The payee of an account that can pay as it stands now.</summary>
    private async Task<Result<AccountRegistration>> FindPayeeAsync(
        AccountRegistration debit, Iban payee, CancellationToken cancellationToken)
    {
        var paying = (await reader.ReadAccountsAsync([debit.Id], cancellationToken))[0];
        if (paying.Closed)
            return Reason.AccountClosed;
        if (paying.Freeze.HasFlag(AccountFreeze.Debits))
            return Reason.AccountFrozen;
        // As a payment does, so that nobody learns more of a payee here.
        if (await directory.FindAsync(payee.Value, cancellationToken) is not { CustomerNumber: not null } credit
            || credit.Currency != debit.Currency
            || (await reader.ReadAccountsAsync([credit.Id], cancellationToken))[0] is not { Closed: false } receiving
            || receiving.Freeze.HasFlag(AccountFreeze.Credits))
            return directory.CannotReceive(payee);
        return credit;
    }

    /// <summary>Why an attempt was refused, as the payment of a moment would be: with the limit, and what it has left.</summary>
    private async Task<Refusal> AnswerOfAsync(TransferId attempted, Iban payee) =>
        ToPayer((await reader.FindAsync(attempted, CancellationToken.None))!.Answer!, payee);

    /// <summary>Neither a retry nor a resumption has a field for the payee.</summary>
    private Refusal ToPayer(Refusal refusal, Iban payee) =>
        refusal.Reason == Reason.PayeeCannotReceive ? directory.CannotReceive(payee) with { Field = null } : refusal;

    /// <summary>
    /// The order under the id as it stands, or why the id cannot be used for this one; null where there is none. It is compared with what
    /// was given, whatever was changed since.
    /// </summary>
    private async Task<Result<StandingOrder>?> FindGivenAsync(StandingOrderCommand command, CancellationToken cancellationToken)
    {
        if (await store.FindGivenAsync(command.Id, cancellationToken) is not var (customer, given))
            return null;
        return customer == Number && given == command
            ? (await store.FindAsync(command.Id, cancellationToken))!.Order
            : new Refusal(Reason.StandingOrderIdReused, "standing_order_id");
    }

    private async Task<Result<StandingOrder>> ChangedAsync(
        StandingOrder order, StandingOrderChange change, CancellationToken cancellationToken)
    {
        var changed = order with
        {
            Amount = change.Amount ?? order.Amount,
            Reference = change.Reference ?? order.Reference,
            Schedule = order.Schedule with
            {
                EndDate = change.ChangesEndDate ? change.EndDate : order.Schedule.EndDate,
                PaymentsMax = change.ChangesPaymentsMax ? change.PaymentsMax : order.Schedule.PaymentsMax,
            },
        };
        if (changed == order)
            return order;
        if (!IsOpen(order))
            return Reason.StandingOrderEnded;
        if (changed.Amount.Currency != order.Amount.Currency)
            return InOrder(new Refusal(Reason.CurrencyMismatch, "amount"));
        if (await directory.FindAsync(order.Payee.Value, cancellationToken) is { } payee && payee.CustomerNumber != Number
            && changed.Amount.Minor > payments.Value.AmountsOf(order.Amount.Currency).LimitCeilingMinor)
            return InOrder(new Refusal(Reason.AmountTooLarge, "amount"));
        return StandingOrderRules.EndRefusal(changed.Schedule) is { } wrong ? InOrder(wrong) : changed;
    }

    /// <param name="cause">Of a pause.</param>
    private static Result<StandingOrder> Acted(
        StandingOrder order, StandingOrderAction action, StandingOrderPauseCause cause = StandingOrderPauseCause.Customer) =>
        (action, order.State) switch
    {
        (StandingOrderAction.Pause, StandingOrderState.Paused) or (StandingOrderAction.Resume, StandingOrderState.Active)
            or (StandingOrderAction.Cancel, StandingOrderState.Cancelled) => order,
        (_, StandingOrderState.Cancelled or StandingOrderState.Completed) => Reason.StandingOrderEnded,
        (StandingOrderAction.Pause, _) => order with
        {
            State = StandingOrderState.Paused, PauseCause = cause, NextDueOn = null,
        },
        (StandingOrderAction.Resume, _) => order with { State = StandingOrderState.Active, PauseCause = null },
        _ => order with { State = StandingOrderState.Cancelled, PauseCause = null, NextDueOn = null },
    };

    /// <summary>What an action makes of an order, or why it would be in vain: before an FNP is spent on it.</summary>
    private async Task<Result<StandingOrder>> PrepareAsync(
        StandingOrderRow row, StandingOrderAction action, CancellationToken cancellationToken)
    {
        var wanted = Acted(row.Order, action);
        if (action != StandingOrderAction.Resume || wanted.Refusal is not null || wanted.Value == row.Order)
            return wanted;
        var debit = (await directory.FindAsync(row.Order.Account.Value, cancellationToken))!;
        if ((await FindPayeeAsync(debit, row.Order.Payee, cancellationToken)).Refusal is { } refusal)
            return refusal with { Field = null };
        return (await NextAsync(row, wanted.Value!, cancellationToken)).Refusal is { } never ? never : wanted;
    }

    /// <summary>
    /// When an order pays next once it is changed. Where it never would, that is a cancellation, and is asked for as such.
    /// </summary>
    private async Task<Result<(NextDate Next, long CalendarVersion)>> NextAsync(
        StandingOrderRow row, StandingOrder changed, CancellationToken cancellationToken)
    {
        var days = await calendar.ReadAsync(Today.AddMonths(-1), cancellationToken);
        var made = row.Order.PaymentsMade;
        var next = (row.Order.State, changed.State) switch
        {
            (_, not StandingOrderState.Active) => new NextDate(row.Place, null, false),
            (StandingOrderState.Active, _) => StandingOrderRules.Next(changed.Schedule, row.Place, made, days),
            // What passed meanwhile is left out.
            _ => StandingOrderRules.NextFrom(changed.Schedule, row.Place, made, Today, days),
        };
        return next.Ended ? Reason.NeverDue : (next, days.Version);
    }

    /// <summary>Changes an order as it stands now, however often it moves on meanwhile.</summary>
    /// <param name="session">In which an FNP was given that lets it pay; null for what only stops it.</param>
    /// <param name="pause">Null for what the customer does.</param>
    private async Task<Result<StandingOrder>> ChangeAsync(
        Guid id, Func<StandingOrder, Task<Result<StandingOrder>>> change, Guid? session, StaffPause? pause = null)
    {
        while (true)
        {
            var row = (await store.FindAsync(id, CancellationToken.None))!;
            var changed = await change(row.Order);
            if (!changed.Succeeded || changed.Value == row.Order)
                return changed;
            var next = await NextAsync(row, changed.Value!, CancellationToken.None);
            if (next.Refusal is { } never)
                return never;
            var (date, version) = next.Value;
            var written = await store.ChangeAsync(row, changed.Value!, date, version, session, pause, CancellationToken.None);
            if (written.Refusal is { } ended)
                return ended;
            if (written.Value)
            {
                if (pause is not null)
                    SecurityMetrics.Count(SecurityEventKind.StandingOrderPaused);
                foreach (var due in await store.ListGivenUpAsync(id, CancellationToken.None))
                    await payer.PayAsync(due, tells: false, CancellationToken.None);
                return (await store.FindAsync(id, CancellationToken.None))!.Order;
            }
        }
    }

    private async Task<Refusal?> ConfirmAsync(
        Requester requester, FnpMatter matter, Confirmation? confirmation, CancellationToken cancellationToken) =>
        confirmation is null
            ? new Refusal(Reason.ConfirmationRequired)
            : await confirmations.CheckAsync(
                requester, FnpPurpose.StandingOrder, matter, confirmation, SecurityEventKind.StandingOrderConfirmed, cancellationToken);

    private static bool IsOpen(StandingOrder order) => order.State is StandingOrderState.Active or StandingOrderState.Paused;

    private static StandingOrderPayment Upcoming(StandingOrder order, DateOnly due) => new(
        order.Id, due, order.Account, order.Payee, order.Amount, order.Reference, StandingOrderPaymentState.Upcoming, null, null);

    private static FnpMatter MatterOf(StandingOrderCommand command)
    {
        var schedule = command.Schedule;
        return new FnpMatter(
            command.Amount, command.Payee,
            FormattableString.Invariant(
                $"standing order {command.Id} {command.Account} {command.Payee} {command.Amount} {schedule.Frequency} ")
            + FormattableString.Invariant(
                $"{schedule.FirstDate:O} {schedule.EndDate:O} {schedule.PaymentsMax} {schedule.DayRule} {command.Reference}"))
        {
            Order = schedule.Frequency switch
            {
                StandingOrderFrequency.Weekly => FnpOrder.Weekly,
                StandingOrderFrequency.Monthly => FnpOrder.Monthly,
                _ => FnpOrder.Once,
            },
        };
    }

    private static FnpMatter MatterOf(StandingOrder order, StandingOrderChange change) => new(
        change.Amount ?? order.Amount, order.Payee,
        FormattableString.Invariant(
            $"change standing order {order.Id} {change.Amount} {change.ChangesEndDate} {change.EndDate:O} ")
        + FormattableString.Invariant($"{change.ChangesPaymentsMax} {change.PaymentsMax} {change.Reference}")) { Order = FnpOrder.Change };

    private static FnpMatter MatterOf(StandingOrder order, StandingOrderAction action) =>
        new(order.Amount, order.Payee, $"{action} standing order {order.Id}")
        {
            Order = action == StandingOrderAction.Resume ? FnpOrder.Resumption : FnpOrder.Cancellation,
        };

    private static FnpMatter MatterOf(StandingOrderPayment payment) => new(
        payment.Amount, payment.Payee, FormattableString.Invariant($"retry standing order {payment.OrderId} {payment.DueOn:O}"))
    {
        Order = FnpOrder.Retry,
    };
}
