using BktSmart.Authentication;
using BktSmart.Customers;
using BktSmart.Ledger;
using BktSmart.Payments;
using BktSmart.Tests.Infrastructure;

namespace BktSmart.Tests.Cluster;

/// <summary>Trusted payees and limits: what makes payments easier needs an FNP, what makes them harder holds at once.</summary>
public sealed class PaymentSettingsTest(StrictBank bank) : IClassFixture<StrictBank>
{
    private static readonly PaymentLimits Bank = new(50_000_000, 100_000_000, 500_000_000);

    [Fact]
    public async Task AddTrustedPayee_WithAnFnp_PaysWithoutOneOnEverySiloUntilItIsRemoved()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        Assert.All(await scene.PayOnEachSiloAsync(400_000), reason => Assert.Equal(Reason.ConfirmationRequired, reason));

        var confirmation = await scene.ConfirmAsync(scene.BeginTrustAsync(scene.To.Iban));
        var added = await scene.Payer.AddTrustedPayee(scene.Requester, scene.To.Iban, confirmation, CancellationToken.None);
        Assert.Equal(scene.To.Iban, added.Value?.Iban);
        Assert.Equal([added.Value!], await scene.Payer.ListTrustedPayees(CancellationToken.None));
        Assert.All(await scene.PayOnEachSiloAsync(400_000), reason => Assert.Null(reason));
        await scene.BookAsync(scene.Payment());
        // The answer may have been lost.
        Assert.Equal(
            added.Value, (await scene.Payer.AddTrustedPayee(scene.Requester, scene.To.Iban, confirmation, CancellationToken.None)).Value);

        Assert.True((await scene.Payer.RemoveTrustedPayee(scene.Requester, scene.To.Iban, CancellationToken.None)).Succeeded);
        Assert.All(await scene.PayOnEachSiloAsync(400_000), reason => Assert.Equal(Reason.ConfirmationRequired, reason));
        Assert.Equal(
            Reason.TrustedPayeeNotFound,
            (await scene.Payer.RemoveTrustedPayee(scene.Requester, scene.To.Iban, CancellationToken.None)).Refusal?.Reason);
        Assert.Empty(await scene.Payer.ListTrustedPayees(CancellationToken.None));
        // Once is once.
        Assert.Equal(
            Reason.FnpExpired,
            (await scene.Payer.AddTrustedPayee(scene.Requester, scene.To.Iban, confirmation, CancellationToken.None)).Refusal?.Reason);
        Assert.Equal(
            [SecurityEventKind.TrustedPayeeRemoved, SecurityEventKind.TrustedPayeeConfirmed], (await scene.Door.EventsAsync()).Take(2));
    }

    [Fact]
    public async Task AddTrustedPayee_FnpForAnotherPayee_IsVoid()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var other = await bank.OpenAccountAsync(await bank.OpenCustomerAsync());
        var confirmation = await scene.ConfirmAsync(scene.BeginTrustAsync(scene.To.Iban));
        Assert.Equal(
            Reason.ConfirmationChanged,
            (await scene.Payer.AddTrustedPayee(scene.Requester, other.Iban, confirmation, CancellationToken.None)).Refusal?.Reason);
        Assert.Equal(
            Reason.FnpExpired,
            (await scene.Payer.AddTrustedPayee(scene.Requester, scene.To.Iban, confirmation, CancellationToken.None)).Refusal?.Reason);
        Assert.Empty(await scene.Payer.ListTrustedPayees(CancellationToken.None));
    }

    [Fact]
    public async Task BeginTrustedPayee_Sms_NamesThePayee()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        Assert.True((await scene.BeginTrustAsync(scene.To.Iban)).Succeeded);
        Assert.Contains(
            $"to trust the payee {scene.To.Iban.Value[..4]}..{scene.To.Iban.Value[^4..]}",
            await bank.Messages.NextFnpTextAsync(scene.Customer.Phone),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task SetLimits_Lower_HoldAtOnceWithoutAnFnp()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        Assert.Equal(Bank, (await scene.Payer.GetLimits(scene.From.Iban, CancellationToken.None)).Value!.Limits);
        await scene.PayOnEachSiloAsync(100);

        var lower = new PaymentLimits(99, 100_000, 100_000);
        var set = await scene.Payer.SetLimits(scene.Requester, scene.From.Iban, lower, confirmation: null, CancellationToken.None);
        Assert.Equal((lower, null), (set.Value!.Limits, set.Value.Next));
        Assert.All(await scene.PayOnEachSiloAsync(100), reason => Assert.Equal(Reason.PaymentLimitExceeded, reason));
        Assert.All(await scene.PayOnEachSiloAsync(99), reason => Assert.Null(reason));
        Assert.Equal(SecurityEventKind.LimitsLowered, (await scene.Door.EventsAsync())[0]);
    }

    [Fact]
    public async Task SetLimits_Higher_NeedAnFnpAndHoldFromTheDayAfterTheDelay()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var higher = new PaymentLimits(60_000_000, 100_000_000, 500_000_000);
        Assert.Equal(
            Reason.ConfirmationRequired,
            (await scene.Payer.SetLimits(
                scene.Requester, scene.From.Iban, higher, confirmation: null, CancellationToken.None)).Refusal?.Reason);

        var set = await SetAsync(scene, higher);
        var from = Day(bank.Clock.GetUtcNow() + new PaymentSettingsOptions().LimitRaiseDelay).AddDays(1);
        Assert.Equal((Bank, new NextPaymentLimits(higher, from)), (set.Limits, set.Next));
        Assert.Equal(SecurityEventKind.LimitRaiseConfirmed, (await scene.Door.EventsAsync())[0]);
        await bank.SmsSentAsync();
        Assert.Equal(
            SmsText.OfRaise(scene.From.Iban.ToMasked(), "600000/1000000/5000000 ALL", Language.English),
            bank.Messages.AlertsTo(scene.Customer.Phone)[^1]);
        Assert.Equal(
            (short)CustomerEventKind.LimitsRaised,
            await TestDatabase.ReadAsync<short>(
                bank.Database.Owner, $"select kind from bank.customer_event where customer_number = {scene.Customer.Number}"));

        // The last moment of the day before, and the first of the day.
        bank.Clock.Advance(Midnight(from) - bank.Clock.GetUtcNow() - TimeSpan.FromTicks(1));
        Assert.Equal(Bank, (await scene.Payer.GetLimits(scene.From.Iban, CancellationToken.None)).Value!.Limits);
        Assert.Equal(Reason.PaymentLimitExceeded, (await scene.BeginAsync(scene.Payment(60_000_000))).Refusal?.Reason);
        bank.Clock.Advance(TimeSpan.FromTicks(1));
        var standing = (await scene.Payer.GetLimits(scene.From.Iban, CancellationToken.None)).Value!;
        Assert.Equal((higher, null), (standing.Limits, standing.Next));
        Assert.True((await scene.BeginAsync(scene.Payment(60_000_000))).Succeeded);
    }

    [Fact]
    public async Task SetLimits_SomeHigherAndSomeLower_OnlyTheLowerHoldBeforeTheDay()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var set = await SetAsync(scene, new PaymentLimits(60_000_000, 70_000_000, 80_000_000));
        Assert.Equal(new PaymentLimits(50_000_000, 70_000_000, 80_000_000), set.Limits);
        Assert.Equal(new PaymentLimits(60_000_000, 70_000_000, 80_000_000), set.Next?.Limits);
    }

    [Fact]
    public async Task ReportFnp_WhileHigherLimitsWait_ForgetsThem()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        await SetAsync(scene, new PaymentLimits(60_000_000, 200_000_000, 500_000_000));
        await scene.Door.Credentials.ReportFnp(BankCluster.Origin, CancellationToken.None);
        var standing = (await scene.Payer.GetLimits(scene.From.Iban, CancellationToken.None)).Value!;
        Assert.Equal((Bank, null), (standing.Limits, standing.Next));
    }

    /// <summary>For a week each payment needs an FNP, on every silo, from accounts that are opened meanwhile, too.</summary>
    [Fact]
    public async Task ReportFnp_PaymentsThatNeedNoFnp_NeedOneUntilTheDayHasCome()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        Assert.All(await scene.PayOnEachSiloAsync(100), reason => Assert.Null(reason));
        await scene.Door.Credentials.ReportFnp(BankCluster.Origin, CancellationToken.None);
        Assert.All(await scene.PayOnEachSiloAsync(100), reason => Assert.Equal(Reason.ConfirmationRequired, reason));
        var opened = await bank.OpenAccountAsync(scene.Customer);
        Assert.Equal(
            Reason.ConfirmationRequired,
            (await scene.RefusalAsync(scene.Payment(100) with { Payee = opened.Iban }))?.Reason);
        Assert.Equal(
            2, await TestDatabase.ReadAsync<long>(
                bank.Database.Owner,
                $"select count(*) from bank.account where customer_number = {scene.Customer.Number} and risk_raised_until is not null"));

        var day = Day(bank.Clock.GetUtcNow() + new FnpOptions().RiskAfterReport).AddDays(1);
        Assert.Equal(day, (await scene.Door.StandingAsync()).RiskRaisedUntil);
        bank.Clock.Advance(Midnight(day) - bank.Clock.GetUtcNow() - TimeSpan.FromTicks(1));
        // The session has ended, which comes to light where an FNP would go out.
        Assert.Equal(Reason.SessionEnded, (await scene.BeginAsync(scene.Payment(100))).Refusal?.Reason);
        bank.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(Reason.ConfirmationNotNeeded, (await scene.BeginAsync(scene.Payment(100))).Refusal?.Reason);
        Assert.Null((await scene.Door.StandingAsync()).RiskRaisedUntil);
        await scene.Door.IdentifyAsync();
        Assert.Equal(Reason.RiskNotRaised, await scene.Door.EndRaisedRiskAsync());
    }

    [Fact]
    public async Task EndRaisedRisk_ForAnIdentifiedCaller_PaymentsGoAsUsualOnEverySilo()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        // Before the report: it may be about this caller.
        await scene.Door.IdentifyAsync();
        bank.Clock.Advance(TimeSpan.FromTicks(10));
        await scene.Door.Credentials.ReportFnp(BankCluster.Origin, CancellationToken.None);
        Assert.All(await scene.PayOnEachSiloAsync(100), reason => Assert.Equal(Reason.ConfirmationRequired, reason));
        Assert.Equal(Reason.CallerNotIdentified, await scene.Door.EndRaisedRiskAsync());
        await scene.Door.IdentifyAsync();
        Assert.Null(await scene.Door.EndRaisedRiskAsync());
        Assert.All(await scene.PayOnEachSiloAsync(100), reason => Assert.Null(reason));
        Assert.Equal(SecurityEventKind.RaisedRiskEnded, (await scene.Door.EventsAsync())[0]);
        await bank.SmsSentAsync();
        Assert.Equal(SmsText.OfAlert(SecurityAlert.RiskEnded, Language.English), bank.Messages.AlertsTo(scene.Customer.Phone)[^1]);
        Assert.Equal(
            (short)CustomerEventKind.RaisedRiskEnded,
            await TestDatabase.ReadAsync<short>(
                bank.Database.Owner,
                $"select kind from bank.customer_event where customer_number = {scene.Customer.Number} order by 1 desc limit 1"));
        Assert.Equal(Reason.RiskNotRaised, await scene.Door.EndRaisedRiskAsync());
    }

    [Fact]
    public async Task ReportFnp_PayeeTrustedOfLate_IsSoNoLongerAndOneOfLongAgoStays()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var old = (await bank.OpenAccountAsync(await bank.OpenCustomerAsync())).Iban;
        await TrustAsync(scene, old);
        bank.Clock.Advance(new PaymentSettingsOptions().TrustedPayeeProbation + TimeSpan.FromTicks(10));
        await TrustAsync(scene, scene.To.Iban);
        await scene.Door.Credentials.ReportFnp(BankCluster.Origin, CancellationToken.None);
        Assert.Equal([old], (await scene.Payer.ListTrustedPayees(CancellationToken.None)).Select(payee => payee.Iban));
        Assert.All(await scene.PayOnEachSiloAsync(400_000), reason => Assert.Equal(Reason.ConfirmationRequired, reason));
    }

    [Fact]
    public async Task SetLimits_WhileHigherOnesWait_ReplacesThem()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        await SetAsync(scene, new PaymentLimits(60_000_000, 200_000_000, 500_000_000));
        var second = await SetAsync(scene, new PaymentLimits(55_000_000, 100_000_000, 500_000_000));
        Assert.Equal(55_000_000, second.Next?.Limits.PaymentMinor);
        var lowered = await scene.Payer.SetLimits(scene.Requester, scene.From.Iban, Bank, confirmation: null, CancellationToken.None);
        Assert.Equal((Bank, null), (lowered.Value!.Limits, lowered.Value.Next));
        bank.Clock.Advance(TimeSpan.FromDays(3));
        Assert.Equal(Bank, (await scene.Payer.GetLimits(scene.From.Iban, CancellationToken.None)).Value!.Limits);
    }

    [Fact]
    public async Task SetLimits_OtherLimitsThanConfirmed_MakeTheFnpVoid()
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var wanted = new PaymentLimits(60_000_000, 100_000_000, 500_000_000);
        var confirmation = await scene.ConfirmAsync(
            scene.Payer.BeginLimits(scene.Requester, scene.From.Iban, wanted, Guid.NewGuid(), CancellationToken.None));
        Assert.Equal(Reason.ConfirmationChanged, await RefusalAsync(wanted with { MonthMinor = 500_000_001 }));
        Assert.Equal(Reason.FnpExpired, await RefusalAsync(wanted));
        Assert.Null((await scene.Payer.GetLimits(scene.From.Iban, CancellationToken.None)).Value!.Next);

        async Task<Reason?> RefusalAsync(PaymentLimits limits) =>
            (await scene.Payer.SetLimits(scene.Requester, scene.From.Iban, limits, confirmation, CancellationToken.None)).Refusal?.Reason;
    }

    [Theory]
    [InlineData(-1, 1, 1)]
    [InlineData(2, 1, 3)]
    [InlineData(1, 3, 2)]
    [InlineData(1, 1, 2_000_000_001)]
    public async Task SetLimits_OutOfOrderOrAboveTheCeiling_AreInvalid(long payment, long day, long month)
    {
        var scene = await PaymentScene.OpenAsync(bank);
        var limits = new PaymentLimits(payment, day, month);
        Assert.Equal(
            new Refusal(Reason.PaymentLimitsInvalid, "limits"),
            (await scene.Payer.SetLimits(scene.Requester, scene.From.Iban, limits, null, CancellationToken.None)).Refusal);
    }

    [Fact]
    public async Task Limits_OfSomebodyElse_DoNotExist()
    {
        var (scene, other) = (await PaymentScene.OpenAsync(bank), await PaymentScene.OpenAsync(bank));
        Assert.Equal(Reason.AccountNotFound, (await other.Payer.GetLimits(scene.From.Iban, CancellationToken.None)).Refusal?.Reason);
        var begun = await other.Payer.BeginLimits(other.Requester, scene.From.Iban, Bank, Guid.NewGuid(), CancellationToken.None);
        Assert.Equal(Reason.AccountNotFound, begun.Refusal?.Reason);
        Assert.Equal(
            Reason.AccountNotFound,
            (await other.Payer.SetLimits(other.Requester, scene.From.Iban, Bank, null, CancellationToken.None)).Refusal?.Reason);
    }

    private static async Task TrustAsync(PaymentScene scene, Iban payee)
    {
        var confirmation = await scene.ConfirmAsync(scene.BeginTrustAsync(payee));
        Assert.True((await scene.Payer.AddTrustedPayee(scene.Requester, payee, confirmation, CancellationToken.None)).Succeeded);
    }

    private static async Task<PaymentLimitsStanding> SetAsync(PaymentScene scene, PaymentLimits limits)
    {
        var confirmation = await scene.ConfirmAsync(
            scene.Payer.BeginLimits(scene.Requester, scene.From.Iban, limits, Guid.NewGuid(), CancellationToken.None));
        var set = await scene.Payer.SetLimits(scene.Requester, scene.From.Iban, limits, confirmation, CancellationToken.None);
        Assert.True(set.Succeeded, set.Refusal?.ToString());
        return set.Value;
    }

    /// <summary>In Tirana, in winter.</summary>
    private static DateOnly Day(DateTimeOffset at) => DateOnly.FromDateTime(at.ToOffset(TimeSpan.FromHours(1)).DateTime);

    private static DateTimeOffset Midnight(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.FromHours(1));
}
