using BktSmart.Accounts;
using BktSmart.Audit;
using BktSmart.Authentication;
using BktSmart.Ledger;
using BktSmart.StandingOrders;

namespace BktSmart.Tests.Cluster;

/// <summary>Payments in advance, as the customer orders them: on Tuesday, 24 November 2026.</summary>
public sealed class StandingOrderTest(StrictBank bank) : IClassFixture<StrictBank>
{
    internal static readonly DateOnly Wednesday = new(2026, 11, 25);

    [Fact]
    public async Task Create_WithAnFnp_IsThereOnceHoweverOftenItIsAsked()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var command = Command(scene);
        Assert.Equal(Reason.ConfirmationRequired, (await Of(scene).Create(scene.Requester, command, null, default)).Refusal?.Reason);
        Assert.Empty(await Of(scene).List(default));

        var confirmation = await scene.ConfirmAsync(Of(scene).BeginCreate(scene.Requester, command, Guid.NewGuid(), default));
        var created = (await Of(scene).Create(scene.Requester, command, confirmation, default)).Value!;
        Assert.Equal(
            (StandingOrderState.Active, Wednesday, 0, "qira"), (created.State, created.NextDueOn, created.PaymentsMade, created.Reference));
        // The answer may have been lost; an FNP is not asked for again.
        Assert.Equal(created, (await Of(scene).Create(scene.Requester, command, confirmation, default)).Value);
        Assert.Equal(created, (await Of(scene).Create(scene.Requester, command, null, default)).Value);
        Assert.Equal(
            new Refusal(Reason.StandingOrderIdReused, "standing_order_id"),
            (await Of(scene).Create(scene.Requester, command with { Reference = "drita" }, null, default)).Refusal);
        Assert.Equal([created], await Of(scene).List(default));
        Assert.Equal(SecurityEventKind.StandingOrderConfirmed, (await scene.Door.EventsAsync())[0]);

        var upcoming = (await Of(scene).ListScheduled(scene.From.Iban, default)).Value!.Payments;
        Assert.Equal(
            [Wednesday, new DateOnly(2026, 12, 2), new DateOnly(2026, 12, 9), new DateOnly(2026, 12, 16), new DateOnly(2026, 12, 23)],
            upcoming.Select(payment => payment.DueOn));
    }

    [Fact]
    public async Task Create_FnpForAnotherAmount_IsVoidAndOrdersNothing()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var command = Command(scene);
        var confirmation = await scene.ConfirmAsync(Of(scene).BeginCreate(scene.Requester, command, Guid.NewGuid(), default));
        var dearer = command with { Amount = command.Amount with { Minor = command.Amount.Minor + 1 } };
        Assert.Equal(
            Reason.ConfirmationChanged, (await Of(scene).Create(scene.Requester, dearer, confirmation, default)).Refusal?.Reason);
        Assert.Equal(Reason.FnpExpired, (await Of(scene).Create(scene.Requester, command, confirmation, default)).Refusal?.Reason);
        Assert.Empty(await Of(scene).List(default));
    }

    [Fact]
    public async Task BeginCreate_OrderThatCannotBe_SaysWhyAndSendsNothing()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var command = Command(scene);
        (StandingOrderCommand Command, Reason Reason)[] cases =
        [
            (command with { Payee = scene.From.Iban }, Reason.SameAccount),
            (command with { Payee = Iban.Parse("AL48205999970000000001234567") }, Reason.PayeeCannotReceive),
            (command with { Account = scene.To.Iban }, Reason.AccountNotFound),
            (command with { Amount = new Money(1, Currency.Parse("EUR")) }, Reason.CurrencyMismatch),
            (command with { Amount = command.Amount with { Minor = 2_000_000_001 } }, Reason.AmountTooLarge),
            (command with { Schedule = command.Schedule with { FirstDate = new DateOnly(2026, 11, 24) } }, Reason.FirstDateTooEarly),
            (command with { Schedule = command.Schedule with { EndDate = new DateOnly(2026, 11, 24) } }, Reason.EndDateInvalid),
            (command with { Schedule = command.Schedule with { FirstDate = new DateOnly(2040, 1, 1) } }, Reason.CalendarMissing),
            (command with
            {
                Schedule = new(StandingOrderFrequency.Once, new DateOnly(2026, 11, 29), null, null, NonBusinessDayRule.Skip),
            }, Reason.NeverDue),
        ];
        foreach (var (wrong, reason) in cases)
        {
            Assert.Equal(
                reason, (await Of(scene).BeginCreate(scene.Requester, wrong, Guid.NewGuid(), default)).Refusal?.Reason);
        }

        Assert.False(await bank.HasFnpAsync(scene.Customer.Phone));
    }

    [Fact]
    public async Task ChangePauseResumeAndCancel_EachWithWhatItNeeds_HoldForWhatIsToCome()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var given = Command(scene);
        var order = await CreateAsync(scene, given);
        var change = new StandingOrderChange(order.Amount with { Minor = 500_000 }, null, true, new DateOnly(2026, 12, 31), false, null);
        Assert.Equal(
            Reason.ConfirmationRequired, (await Of(scene).Change(scene.Requester, order.Id, change, null, default)).Refusal?.Reason);
        var confirmation = await scene.ConfirmAsync(Of(scene).BeginChange(scene.Requester, order.Id, change, Guid.NewGuid(), default));
        var changed = (await Of(scene).Change(scene.Requester, order.Id, change, confirmation, default)).Value!;
        Assert.Equal((500_000, new DateOnly(2026, 12, 31)), (changed.Amount.Minor, changed.Schedule.EndDate));
        Assert.Equal(changed, (await Of(scene).Change(scene.Requester, order.Id, change, null, default)).Value);
        // What was given is compared with what is given again; not what became of it.
        Assert.Equal(changed, (await Of(scene).Create(scene.Requester, given, null, default)).Value);
        foreach (var other in (StandingOrderCommand[])
        [
            given with { Amount = changed.Amount }, given with { Reference = "drita" }, given with { Schedule = changed.Schedule },
        ])
        {
            Assert.Equal(
                new Refusal(Reason.StandingOrderIdReused, "standing_order_id"),
                (await Of(scene).Create(scene.Requester, other, null, default)).Refusal);
        }

        Assert.Equal(
            new Refusal(Reason.CurrencyMismatch, "standing_order.amount"),
            (await Of(scene).BeginChange(
                scene.Requester, order.Id, change with { Amount = new Money(1, Currency.Parse("EUR")) }, Guid.NewGuid(), default)).Refusal);
        Assert.Equal(
            new Refusal(Reason.EndDateInvalid, "standing_order.schedule.end_date"),
            (await Of(scene).Change(
                scene.Requester, order.Id, change with { EndDate = new DateOnly(2026, 11, 24) }, null, default)).Refusal);

        var paused = (await Of(scene).Act(scene.Requester, order.Id, StandingOrderAction.Pause, null, default)).Value!;
        Assert.Equal((StandingOrderState.Paused, null), (paused.State, paused.NextDueOn));
        Assert.Equal(SecurityEventKind.StandingOrderPaused, (await scene.Door.EventsAsync())[0]);
        Assert.Empty((await Of(scene).ListScheduled(scene.From.Iban, default)).Value!.Payments);
        Assert.Equal(
            Reason.ConfirmationRequired,
            (await Of(scene).Act(scene.Requester, order.Id, StandingOrderAction.Resume, null, default)).Refusal?.Reason);
        foreach (var (account, freeze, reason) in new[]
        {
            (scene.To, AccountFreeze.Credits, Reason.PayeeCannotReceive), (scene.From, AccountFreeze.Debits, Reason.AccountFrozen),
        })
        {
            await bank.Grains.Account(account.Iban).Freeze(new StaffMember("teller-1"), freeze, "police", default);
            Assert.Equal(
                new Refusal(reason),
                (await Of(scene).BeginAct(scene.Requester, order.Id, StandingOrderAction.Resume, Guid.NewGuid(), default)).Refusal);
            await bank.Grains.Account(account.Iban).Freeze(new StaffMember("teller-1"), AccountFreeze.None, "police", default);
        }

        var resumed = await ActAsync(scene, order.Id, StandingOrderAction.Resume);
        Assert.Equal((StandingOrderState.Active, Wednesday), (resumed.State, resumed.NextDueOn));

        var cancelled = await ActAsync(scene, order.Id, StandingOrderAction.Cancel);
        Assert.Equal((StandingOrderState.Cancelled, null), (cancelled.State, cancelled.NextDueOn));
        Assert.Equal(cancelled, (await Of(scene).Act(scene.Requester, order.Id, StandingOrderAction.Cancel, null, default)).Value);
        Assert.Equal(
            Reason.StandingOrderEnded,
            (await Of(scene).Act(scene.Requester, order.Id, StandingOrderAction.Resume, null, default)).Refusal?.Reason);
    }

    [Fact]
    public async Task PauseByStaff_OrderThatPays_IsOnRecordOnceAndTheCustomerResumesIt()
    {
        var (scene, other) = (await PaymentScene.OpenAsync(bank), await PaymentScene.OpenAsync(bank));
        var order = await CreateAsync(scene, Command(scene));
        var (agent, colleague) = (new StaffMember("agent-1"), new StaffMember("agent-2"));
        Assert.Equal(
            new Refusal(Reason.StandingOrderNotFound, "name"), (await Of(other).PauseByStaff(agent, order.Id, "thirri", default)).Refusal);

        var paused = (await Of(scene).PauseByStaff(agent, order.Id, "thirri", default)).Value!;
        Assert.Equal(
            order with { State = StandingOrderState.Paused, PauseCause = StandingOrderPauseCause.Staff, NextDueOn = null }, paused);
        // The answer may have been lost, and another may have been asked meanwhile.
        Assert.Equal(paused, (await Of(scene).PauseByStaff(agent, order.Id, "thirri", default)).Value);
        Assert.Equal(paused, (await Of(scene).PauseByStaff(colleague, order.Id, "thirri", default)).Value);
        Assert.Equal(paused, (await Of(scene).Act(scene.Requester, order.Id, StandingOrderAction.Pause, null, default)).Value);
        var audit = await bank.Grains.Audit().List(scene.Customer.Number, null, 10, default);
        var entry = Assert.Single(audit.Entries, entry => entry.Action == "pause-standing-order");
        Assert.Equal((agent, $"{{\"why\": \"thirri\", \"standingOrder\": \"{order.Id}\"}}"), (entry.Staff, entry.Detail));
        Assert.Equal(
            [SecurityEventKind.StandingOrderPaused, SecurityEventKind.StandingOrderConfirmed],
            (await scene.Door.EventsAsync()).Take(2));

        Assert.Equal(
            Reason.ConfirmationRequired,
            (await Of(scene).Act(scene.Requester, order.Id, StandingOrderAction.Resume, null, default)).Refusal?.Reason);
        Assert.Equal(order, await ActAsync(scene, order.Id, StandingOrderAction.Resume));
        await ActAsync(scene, order.Id, StandingOrderAction.Cancel);
        Assert.Equal(Reason.StandingOrderEnded, (await Of(scene).PauseByStaff(agent, order.Id, "thirri", default)).Refusal?.Reason);
    }

    [Fact]
    public async Task AnyCall_OrderOfAnotherCustomer_DoesNotExist()
    {
        var (scene, other) = (await PaymentScene.OpenAsync(bank), await PaymentScene.OpenAsync(bank));
        var command = Command(scene);
        var order = await CreateAsync(scene, command);
        var foreign = Of(other);
        Assert.Equal(Reason.StandingOrderNotFound, (await foreign.Get(order.Id, default)).Refusal?.Reason);
        Assert.Equal(
            new Refusal(Reason.StandingOrderNotFound, "parent"), (await foreign.ListPayments(order.Id, null, 10, default)).Refusal);
        Assert.Equal(Reason.AccountNotFound, (await foreign.ListScheduled(scene.From.Iban, default)).Refusal?.Reason);
        Assert.Equal(
            Reason.StandingOrderNotFound,
            (await foreign.Act(other.Requester, order.Id, StandingOrderAction.Pause, null, default)).Refusal?.Reason);
        Assert.Equal(
            Reason.StandingOrderIdReused,
            (await foreign.Create(other.Requester, command with { Account = other.From.Iban }, null, default)).Refusal?.Reason);
        Assert.Equal(order, (await Of(scene).Get(order.Id, default)).Value);
    }

    private IStandingOrdersGrain Of(PaymentScene scene) => bank.Grains.StandingOrders(scene.Customer.Number);

    /// <summary>Every Wednesday, from tomorrow on.</summary>
    internal static StandingOrderCommand Command(PaymentScene scene) => new(
        Guid.CreateVersion7(), scene.From.Iban, scene.To.Iban, new Money(400_000, PaymentScene.All), "qira",
        new StandingOrderSchedule(StandingOrderFrequency.Weekly, Wednesday, null, null, NonBusinessDayRule.After));

    private async Task<StandingOrder> CreateAsync(PaymentScene scene, StandingOrderCommand command)
    {
        var confirmation = await scene.ConfirmAsync(Of(scene).BeginCreate(scene.Requester, command, Guid.NewGuid(), default));
        return (await Of(scene).Create(scene.Requester, command, confirmation, default)).Value!;
    }

    private async Task<StandingOrder> ActAsync(PaymentScene scene, Guid order, StandingOrderAction action)
    {
        var confirmation = await scene.ConfirmAsync(Of(scene).BeginAct(scene.Requester, order, action, Guid.NewGuid(), default));
        return (await Of(scene).Act(scene.Requester, order, action, confirmation, default)).Value!;
    }
}
