using System.Globalization;
using BktSmart.Authentication;
using BktSmart.Cases;
using BktSmart.Customers;
using BktSmart.Messages;
using BktSmart.Tests.Infrastructure;

namespace BktSmart.Tests.Cluster;

/// <summary>R8, R10, R11: the way of an FNP, and its end.</summary>
public sealed class FnpSmsTest(StillBank bank) : IClassFixture<StillBank>
{
    private static readonly FnpOptions Limits = new();
    private static readonly StaffMember Teller = new("teller-1");

    private Task<Result<FnpChallenge>> ResendAsync(FnpChallenge challenge, Device device) =>
        bank.Grains.FnpSession(challenge.SessionId).Resend(device.Id, CancellationToken.None);

    private async Task<FnpDelivery> DeliveryAsync(FnpChallenge challenge, Device device) =>
        (await bank.Grains.FnpSession(challenge.SessionId).GetDelivery(device.Id, CancellationToken.None)).Value;

    [Fact]
    public async Task Resend_AfterAMinute_MakesANewCodeAndGivesNoTryBack()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var (challenge, first) = await scene.BeginAsync();
        Assert.Equal(Reason.FnpWrong, await scene.CompleteAsync(challenge, SignInScene.Wrong(first)));
        Assert.Equal(Reason.FnpWrong, await scene.CompleteAsync(challenge, SignInScene.Wrong(first)));

        bank.Clock.Advance(Limits.ResendAfter - TimeSpan.FromTicks(1));
        Assert.Equal(
            new Refusal(Reason.FnpResendTooSoon) { Wait = TimeSpan.FromSeconds(1) }, (await ResendAsync(challenge, scene.Device)).Refusal);
        bank.Clock.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(Reason.FnpExpired, (await ResendAsync(challenge, BankCluster.NewDevice())).Refusal?.Reason);
        Assert.True((await ResendAsync(challenge, scene.Device)).Succeeded);
        var second = await bank.Messages.NextFnpAsync(scene.Customer.Phone);
        // One in a million is drawn twice.
        if (first != second)
            Assert.Equal(Reason.FnpTriesExhausted, await scene.CompleteAsync(challenge, first));
        Assert.Equal(Reason.FnpTriesExhausted, await scene.CompleteAsync(challenge, second));
        Assert.Equal(3, (await scene.StandingAsync()).Failures);
    }

    [Fact]
    public async Task Resend_ThreeTimes_IsTheMostAndTheLastCodeOpens()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var (challenge, fnp) = await scene.BeginAsync();
        for (var i = 0; i < Limits.ResendsMax; i++)
        {
            bank.Clock.Advance(Limits.ResendAfter);
            Assert.True((await ResendAsync(challenge, scene.Device)).Succeeded);
            fnp = await bank.Messages.NextFnpAsync(scene.Customer.Phone);
        }

        bank.Clock.Advance(Limits.ResendAfter);
        Assert.Equal(Reason.FnpResendsExhausted, (await ResendAsync(challenge, scene.Device)).Refusal?.Reason);
        Assert.Null(await scene.CompleteAsync(challenge, fnp));
    }

    [Fact]
    public async Task Resend_Decoy_AnswersAlike()
    {
        var device = BankCluster.NewDevice();
        var begun = await bank.Grains.Authentication().BeginSignIn(
            new CustomerIdentifier(CustomerNumber.From(999_999_999), null), TestCustomer.Password,
            device, BankCluster.Origin, Guid.NewGuid(), CancellationToken.None);
        Assert.Equal(FnpDelivery.OnItsWay, await DeliveryAsync(begun.Value!, device));
        bank.Clock.Advance(TimeSpan.FromSeconds(17));
        Assert.Equal(
            new Refusal(Reason.FnpResendTooSoon) { Wait = Limits.ResendAfter - TimeSpan.FromSeconds(17) },
            (await ResendAsync(begun.Value!, device)).Refusal);
        bank.Clock.Advance(Limits.ResendAfter);
        var again = await ResendAsync(begun.Value!, device);
        Assert.Equal(bank.Clock.GetUtcNow() + Limits.Lifetime, again.Value!.ExpiresAt);
    }

    /// <summary>SMS pumping: whatever is begun, a number gets its share of a day and no more.</summary>
    [Fact]
    public async Task BeginSignIn_MoreThanADaysShare_AnswersAlikeAndSendsNothing()
    {
        var scene = await SignInScene.OpenAsync(bank, known: false);
        // Enrolling took one. As many at once as may wait.
        for (var round = 0; round < 2; round++)
        {
            await Task.WhenAll(
                Enumerable.Range(0, Limits.PerPhoneAndDayMax).Select(_ => scene.TryPasswordAsync(TestCustomer.Password.Value)));
        }

        for (var i = 1; i < Limits.PerPhoneAndDayMax; i++)
            await bank.Messages.NextFnpAsync(scene.Customer.Phone);
        Assert.False(await scene.RightPasswordSendsAsync());
        Assert.Equal(Limits.PerPhoneAndDayMax, await CountAsync(scene));

        bank.Clock.Advance(TimeSpan.FromHours(24));
        Assert.True(await scene.RightPasswordSendsAsync());
    }

    /// <summary>What is looked at once more when the SMS leaves, because the queue may be long: each change by itself stops it.</summary>
    [Theory]
    [InlineData("update bank.credentials set epoch = epoch + 1 where customer_number = {0}")]
    [InlineData("update bank.credentials set fnp_allowed = false where customer_number = {0}")]
    [InlineData("update bank.customer set phone = '+49' || substr(phone, 5) where customer_number = {0}")]
    public async Task TryRecordAsync_ChangedSinceItWasBegun_IsNotSent(string change)
    {
        var scene = await SignInScene.OpenAsync(bank);
        var store = new FnpMessageStore(bank.Database.Silo, bank.Clock);
        var epoch = await TestDatabase.ReadAsync<int>(
            bank.Database.Silo, $"select epoch from bank.credentials where customer_number = {scene.Customer.Number}");
        Assert.True(await TryRecordAsync());
        await TestDatabase.ExecuteAsync(bank.Database.Silo, string.Format(CultureInfo.InvariantCulture, change, scene.Customer.Number));
        Assert.False(await TryRecordAsync());

        Task<bool> TryRecordAsync() => store.TryRecordAsync(
            new FnpSms(
                Guid.NewGuid(), Guid.NewGuid(), new FnpBegun(scene.Customer.Number, epoch), FnpPurpose.SignIn, null, null, "ABCDEFGH"),
            scene.Customer.Phone, Limits, CancellationToken.None);
    }

    [Fact]
    public async Task SendFnp_ProviderDoesNotTakeIt_IsNotAccepted()
    {
        var scene = await SignInScene.OpenAsync(bank);
        await bank.SmsSentAsync();
        TestLog.Current.Expect("The provider did not take an SMS with an FNP: RetryLater");
        bank.Messages.FnpOutcome = SendOutcome.RetryAfter(TimeSpan.FromSeconds(1));
        try
        {
            bank.Clock.Advance(TimeSpan.FromSeconds(1));
            await scene.TryPasswordAsync(TestCustomer.Password.Value);
            await bank.SmsSentAsync();
        }
        finally
        {
            bank.Messages.FnpOutcome = null;
        }

        Assert.Equal((short)SmsState.Sent, await TestDatabase.ReadAsync<short>(bank.Database.Silo, $"""
            select state from bank.fnp_message where customer_number = {scene.Customer.Number} order by sent_at desc limit 1
            """));
    }

    [Fact]
    public async Task RecordAsync_ReceiptsInAnyOrder_KeepTheEnd()
    {
        var scene = await SignInScene.OpenAsync(bank);
        // So that its SMS is the last, and newer than those of the enrolment and of the sign-in.
        await bank.SmsSentAsync();
        bank.Clock.Advance(TimeSpan.FromSeconds(1));
        var (challenge, _) = await scene.BeginAsync();
        var id = bank.Messages.SmsIds.Last(sms => sms.To == scene.Customer.Phone).Id;
        var receipts = new FnpMessageStore(bank.Database.Silo, bank.Clock);
        await receipts.RecordAsync(Guid.NewGuid(), SmsState.Delivered, CancellationToken.None);
        Assert.Equal(FnpDelivery.OnItsWay, await DeliveryAsync(challenge, scene.Device));
        await receipts.RecordAsync(id, SmsState.Failed, CancellationToken.None);
        await receipts.RecordAsync(id, SmsState.Accepted, CancellationToken.None);
        await receipts.RecordAsync(id, SmsState.Delivered, CancellationToken.None);
        Assert.Equal(FnpDelivery.NotDelivered, await DeliveryAsync(challenge, scene.Device));
        Assert.Equal(SmsState.Failed, (await scene.Credentials.ListFnpMessages(CancellationToken.None))[0].State);
    }

    [Fact]
    public async Task ReportFnp_ByItsReference_EndsWhatItWasForAndForcesANewPassword()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var tokens = await bank.SignInAsync(scene.Customer, scene.Device);
        var (challenge, fnp) = await scene.BeginAsync();
        var reference = (await scene.Credentials.ListFnpMessages(CancellationToken.None))[0].Reference;
        var door = bank.Grains.Authentication();
        await door.ReportFnp("ZZZZZZ", BankCluster.Origin, CancellationToken.None);
        await door.ReportFnp(reference, BankCluster.Origin, CancellationToken.None);
        // A second time it is nothing any more.
        await door.ReportFnp(reference, BankCluster.Origin, CancellationToken.None);

        Assert.Equal(Reason.SessionEnded, (await bank.RefreshAsync(tokens.RefreshToken)).Refusal?.Reason);
        Assert.Equal(Reason.FnpExpired, await scene.CompleteAsync(challenge, fnp));
        var cases = bank.Grains.SupportCases();
        var opened = Assert.Single(await OpenCasesAsync());
        Assert.Equal(SupportCaseKind.FnpReported, opened.Kind);
        Assert.True((await cases.Close(Teller, opened.Id, "called back", CancellationToken.None)).Succeeded);
        Assert.Equal(Reason.CaseNotFound, (await cases.Close(Teller, opened.Id, "called back", CancellationToken.None)).Refusal?.Reason);
        Assert.Empty(await OpenCasesAsync());
        var (next, nextFnp) = await scene.BeginAsync();
        var signedIn = await door.CompleteSignIn(next.SessionId, scene.Device.Id, nextFnp, BankCluster.Origin, CancellationToken.None);
        Assert.True(signedIn.Value!.OnlyPasswordChange);

        async Task<IEnumerable<SupportCase>> OpenCasesAsync()
        {
            var found = new List<SupportCase>();
            SupportCasePage page;
            do
            {
                page = await cases.ListOpen(found.Count > 0 ? found[^1].Id : null, SupportCasePage.CountMax, CancellationToken.None);
                found.AddRange(page.Cases);
            }
            while (page.HasMore);
            return found.Where(one => one.Customer == scene.Customer.Number);
        }
    }

    /// <summary>Who has seen a reference cannot end the customer's sessions with it all day.</summary>
    [Fact]
    public async Task ReportFnp_ASecondTime_LeavesWhatTheCustomerDidSince()
    {
        var scene = await SignInScene.OpenAsync(bank);
        await scene.BeginAsync();
        var reference = (await scene.Credentials.ListFnpMessages(CancellationToken.None))[0].Reference;
        var door = bank.Grains.Authentication();
        await door.ReportFnp(reference, BankCluster.Origin, CancellationToken.None);
        var tokens = await bank.SignInAsync(scene.Customer, scene.Device);
        await door.ReportFnp(reference, BankCluster.Origin, CancellationToken.None);
        Assert.True((await bank.RefreshAsync(tokens.RefreshToken)).Succeeded);
    }

    [Fact]
    public async Task SuspendPhone_OpenFnpsAndSessions_DieAtOnceAndNoFnpIsSent()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var tokens = await bank.SignInAsync(scene.Customer, scene.Device);
        var (challenge, fnp) = await scene.BeginAsync();
        await scene.Credentials.SuspendPhone(Teller, "the phone is lost", origin: null, CancellationToken.None);

        Assert.Equal(Reason.FnpExpired, await scene.CompleteAsync(challenge, fnp));
        Assert.Equal(
            Reason.SessionEnded,
            (await bank.RefreshAsync(tokens.RefreshToken)).Refusal?.Reason);
        bank.Clock.Advance(Limits.ResendAfter);
        await ResendAsync(challenge, scene.Device);
        Assert.False(await scene.RightPasswordSendsAsync());

        Assert.Equal(
            Reason.CallerNotIdentified, (await scene.Credentials.ResumePhone(Teller, "found", CancellationToken.None)).Refusal?.Reason);
        await scene.IdentifyAsync(Teller);
        Assert.True((await scene.Credentials.ResumePhone(Teller, "found", CancellationToken.None)).Succeeded);
        Assert.Null(await scene.SignInAsync());
        Assert.Equal(["suspend-phone", "resume-phone"], await AuditAsync(scene));
    }

    [Fact]
    public async Task ChangePhone_NotWaived_SendsNothingForADayAndThenToTheNewNumber()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var (challenge, fnp) = await scene.BeginAsync();
        var phone = PhoneNumber.FromE164("+491711234567");
        Assert.True(
            (await scene.Credentials.ChangePhone(Teller, phone, waiveBlock: false, "new number", CancellationToken.None)).Succeeded);
        Assert.Equal(Reason.FnpExpired, await scene.CompleteAsync(challenge, fnp));
        await BankCluster.EventuallyAsync(
            () => Task.FromResult(bank.Messages.Alerts.Contains(
                (scene.Customer.Phone, SmsText.OfAlert(SecurityAlert.PhoneChanged, Language.English)))),
            told => told);

        bank.Clock.Advance(Limits.BlockAfterPhoneChange - TimeSpan.FromTicks(10));
        await scene.TryPasswordAsync(TestCustomer.Password.Value);
        Assert.False(await scene.RightPasswordSendsAsync());
        Assert.False(await bank.HasFnpAsync(phone));
        bank.Clock.Advance(TimeSpan.FromTicks(10));
        var begun = await scene.TryPasswordAsync(TestCustomer.Password.Value);
        Assert.Null(await scene.CompleteAsync(begun, await bank.Messages.NextFnpAsync(phone)));
    }

    /// <summary>Either way the number is registered anew, by whoever may register another one.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ChangePhone_NumberOnFileOfASuspendedPhone_LiftsThatAndWaitsADayUnlessWaived(bool waived)
    {
        var scene = await SignInScene.OpenAsync(bank);
        await scene.Credentials.SuspendPhone(Teller, "lost", BankCluster.Origin, CancellationToken.None);
        Assert.True((await scene.Credentials.ChangePhone(
            Teller, scene.Customer.Phone, waived, "the phone was found", CancellationToken.None)).Succeeded);

        var standing = await scene.StandingAsync();
        Assert.Equal(
            (null, waived ? null : bank.Clock.GetUtcNow() + Limits.BlockAfterPhoneChange),
            (standing.PhoneSuspendedAt, standing.FnpBlockedUntil));
        Assert.Equal(waived, await scene.RightPasswordSendsAsync());
        bank.Clock.Advance(Limits.BlockAfterPhoneChange);
        Assert.Null((await scene.StandingAsync()).FnpBlockedUntil);
        Assert.Null(await scene.SignInAsync());
        Assert.Equal(["suspend-phone", "change-phone"], await AuditAsync(scene));
        Assert.Contains(SecurityEventKind.PhoneResumed, await scene.EventsAsync());
        Assert.Empty(bank.Messages.AlertsTo(scene.Customer.Phone));
    }

    [Fact]
    public async Task ChangePhone_NumberOnFileWithinItsDay_EndsThatOnlyWithTheWaiver()
    {
        var scene = await SignInScene.OpenAsync(bank);
        var phone = PhoneNumber.FromE164("+491711234568");
        await ChangeAsync(waived: false);
        var end = (await scene.StandingAsync()).FnpBlockedUntil;

        bank.Clock.Advance(TimeSpan.FromHours(1));
        await ChangeAsync(waived: false);
        Assert.Equal(end, (await scene.StandingAsync()).FnpBlockedUntil);
        Assert.Single(await AuditAsync(scene));

        await ChangeAsync(waived: true);
        Assert.Null((await scene.StandingAsync()).FnpBlockedUntil);
        Assert.Equal(["change-phone", "change-phone"], await AuditAsync(scene));
        var begun = await scene.TryPasswordAsync(TestCustomer.Password.Value);
        Assert.Null(await scene.CompleteAsync(begun, await bank.Messages.NextFnpAsync(phone)));

        async Task ChangeAsync(bool waived) => Assert.True(
            (await scene.Credentials.ChangePhone(Teller, phone, waived, "new", CancellationToken.None)).Succeeded);
    }

    /// <summary>As when the answer was lost and the request comes again.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ChangePhone_NumberOnFileThatFnpsGoTo_ChangesNothing(bool waived)
    {
        var scene = await SignInScene.OpenAsync(bank);
        await scene.Credentials.SuspendPhone(Teller, "lost", BankCluster.Origin, CancellationToken.None);
        await scene.Credentials.ChangePhone(Teller, scene.Customer.Phone, waiveBlock: true, "found", CancellationToken.None);
        Assert.Null(await scene.SignInAsync());
        var before = await scene.EventsAsync();

        Assert.True((await scene.Credentials.ChangePhone(
            Teller, scene.Customer.Phone, waived, "once more", CancellationToken.None)).Succeeded);
        Assert.Equal(before, await scene.EventsAsync());
        Assert.Equal(1, (await scene.StandingAsync()).OpenSessions);
        Assert.Equal(["suspend-phone", "change-phone"], await AuditAsync(scene));
    }

    /// <summary>A number that was one customer's and is another's: nothing of the first reaches the second.</summary>
    [Fact]
    public async Task ChangePhone_NumberOfAnother_IsRefusedUntilItIsFreeAndThenTheirs()
    {
        var (first, second) = (await SignInScene.OpenAsync(bank), await SignInScene.OpenAsync(bank));
        var number = first.Customer.Phone;
        Assert.Equal(
            Reason.PhoneNumberTaken,
            (await second.Credentials.ChangePhone(Teller, number, waiveBlock: true, "new", CancellationToken.None)).Refusal?.Reason);
        Assert.Null(await second.SignInAsync());

        Assert.True((await first.Credentials.ChangePhone(
            Teller, PhoneNumber.FromE164("+436641234567"), waiveBlock: true, "new", CancellationToken.None)).Succeeded);
        Assert.True((await second.Credentials.ChangePhone(Teller, number, waiveBlock: true, "new", CancellationToken.None)).Succeeded);
        var begun = await second.TryPasswordAsync(TestCustomer.Password.Value);
        Assert.Null(await second.CompleteAsync(begun, await bank.Messages.NextFnpAsync(number)));
        await first.TryPasswordAsync(TestCustomer.Password.Value);
        await bank.Messages.NextFnpAsync(PhoneNumber.FromE164("+436641234567"));
        Assert.False(await bank.HasFnpAsync(number));
    }

    private Task<long> CountAsync(SignInScene scene) => TestDatabase.ReadAsync<long>(
        bank.Database.Silo, $"select count(*) from bank.fnp_message where customer_number = {scene.Customer.Number}");

    private async Task<string[]> AuditAsync(SignInScene scene) => (await TestDatabase.ReadAsync<string>(bank.Database.Silo, $"""
        select string_agg(action, ',' order by audit_id)
          from bank.audit where customer_number = {scene.Customer.Number} and action like '%phone'
        """)).Split(',');
}
