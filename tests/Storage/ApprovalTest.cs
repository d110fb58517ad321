using System.Globalization;
using BktSmart.Accounts;
using BktSmart.Approvals;
using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>Two persons for what gives an account more than it had.</summary>
public sealed class ApprovalTest(TestServer server)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);
    private static readonly StaffMember Third = new("desk-3");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(-500, false)]
    [InlineData(0, true)]
    public async Task ChangeTermsAsync_MoreThanTheAccountHad_IsNotForOnePerson(long floor, bool closed)
    {
        var (bank, account, _) = await OpenAsync();
        if (closed)
            Assert.True((await bank.ChangeTermsAsync(account, terms => terms with { Closed = true })).Succeeded);
        var before = await StandingAsync(bank, account);

        var changed = await bank.Accounts.ChangeTermsAsync(
            Bank.Desk, account, "change", terms => terms with { FloorMinor = floor, Closed = false }, "kontratë",
            _time.GetUtcNow(), CancellationToken.None);
        Assert.Equal(Reason.SecondPersonRequired, changed.Refusal?.Reason);
        Assert.Equal(before, await StandingAsync(bank, account));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("(select approval_id from bank.approval)")]
    public async Task ChangeTerms_WithoutTheConfirmedRequest_IsRefusedByTheDatabase(string approval)
    {
        var (bank, account, store) = await OpenAsync();
        await RaiseAsync(store, account, 500);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(
            bank.Database.Silo, $"select bank.change_terms({account.Id}, -500, 0::smallint, false, now(), {approval})"));
        Assert.Equal("BK006", refused.SqlState);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ChangeTerms_WithARequestThatWasUsedBefore_IsRefusedByTheDatabase(bool reopens)
    {
        var (bank, account, store) = await OpenAsync();
        if (reopens)
            await bank.ChangeTermsAsync(account, terms => terms with { Closed = true });
        var request = reopens
            ? (await store.RequestAsync(Bank.Desk, account, TermsAction.ReopenAccount, null, "u kthye", CancellationToken.None)).Value!
            : await RaiseAsync(store, account, 500);
        Assert.True((await store.ConfirmAsync(Bank.SecondDesk, request.Id, CancellationToken.None)).Succeeded);
        await bank.ChangeTermsAsync(account, terms => terms with { FloorMinor = 0, Closed = reopens });
        var floor = reopens ? 0 : -500;

        var refused = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(
            bank.Database.Silo, $"select bank.change_terms({account.Id}, {floor}, 0::smallint, false, now(), {request.Id})"));
        Assert.Equal("BK006", refused.SqlState);
    }

    [Fact]
    public async Task ChangeTerms_TwoCallsAtOnceWithOneRequest_SecondIsRefusedByTheDatabase()
    {
        var (bank, account, store) = await OpenAsync();
        var raise = await RaiseAsync(store, account, 500);
        // Confirmed, and its change still to come: triggers keep silos from that.
        await TestDatabase.ExecuteAsync(bank.Database.Corruptor, """
            set session_replication_role = replica;
            update bank.approval set outcome = 1, decided_by = 'desk-2', decided_at = requested_at;
            reset session_replication_role
            """);
        var change = $"select bank.change_terms({account.Id}, -500, 0::smallint, false, now(), {raise.Id})";

        await using var first = await bank.Database.Silo.OpenConnectionAsync();
        await using var transaction = await first.BeginTransactionAsync();
        await using (var twice = new NpgsqlCommand(
            $"{change}; select bank.change_terms({account.Id}, 0, 0::smallint, false, now())", first))
            await twice.ExecuteNonQueryAsync();
        var second = Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(bank.Database.Silo, change));
        await TestDatabase.WaitForLockAsync(bank.Database.Corruptor, second);
        await transaction.CommitAsync();
        Assert.Equal("BK006", (await second).SqlState);
    }

    [Fact]
    public async Task ChangeTerms_OfAClosedAccountThatDoesNotSayClosed_IsRefusedByTheDatabase()
    {
        var (bank, account, _) = await OpenAsync();
        await bank.ChangeTermsAsync(account, terms => terms with { Closed = true });
        var refused = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(
            bank.Database.Silo, $"select bank.change_terms({account.Id}, 0, 0::smallint, null, now())"));
        Assert.Equal("BK006", refused.SqlState);
    }

    [Fact]
    public async Task ConfirmAsync_SecondPerson_MakesTheChangeAndTheTrailNamesBoth()
    {
        var (bank, account, store) = await OpenAsync();
        var raise = await RaiseAsync(store, account, 500);
        Assert.Equal((0, 500), (raise.OverdraftLimit.Minor, raise.WantedOverdraftLimit!.Value.Minor));
        Assert.Equal(
            (Bank.Desk, account.Iban, _time.GetUtcNow(), _time.GetUtcNow() + Lifetime),
            (raise.RequestedBy, raise.Account, raise.RequestedAt, raise.ExpiresAt));
        Assert.Equal(0, (await bank.StateAsync(account)).FloorMinor);

        var confirmed = await store.ConfirmAsync(Bank.SecondDesk, raise.Id, CancellationToken.None);
        Assert.Equal(await bank.StateAsync(account) with { SeenAt = 0 }, confirmed.Value.State with { SeenAt = 0 });
        Assert.Equal(-500, confirmed.Value.State.FloorMinor);
        Assert.Equal(
            "desk-1 request-set-overdraft-limit  500/desk-2 set-overdraft-limit desk-1 500",
            await TestDatabase.ReadAsync<string>(bank.Database.Owner, """
                select string_agg(
                           staff || ' ' || action || ' ' || coalesce(detail ->> 'requestedBy', '') || ' '
                           || (detail ->> 'overdraftLimitMinor'),
                           '/' order by audit_id)
                  from bank.audit where detail ? 'approval'
                """));
        Assert.Empty(await store.ListAsync(0, 10, CancellationToken.None));
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task ConfirmAsync_Requester_IsRefusedByTheStoreAndByTheDatabase()
    {
        var (bank, account, store) = await OpenAsync();
        var raise = await RaiseAsync(store, account, 500);
        Assert.Equal(Reason.SecondPersonRequired, (await store.ConfirmAsync(Bank.Desk, raise.Id, CancellationToken.None)).Refusal?.Reason);

        var exception = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(
            bank.Database.Silo, "update bank.approval set outcome = 1, decided_by = 'desk-1', decided_at = now()"));
        Assert.Equal("second_person", exception.ConstraintName);

    }

    /// <summary>The identity provider writes one subject in several ways, or somebody found out how to make it.</summary>
    [Theory]
    [InlineData("DESK-1")]
    [InlineData(" desk-1 ")]
    [InlineData("\uFF44\uFF45\uFF53\uFF4B-1")]
    public async Task ConfirmAsync_RequesterInAnotherSpelling_IsRefusedByTheStoreAndByTheDatabase(string spelling)
    {
        var (bank, account, store) = await OpenAsync();
        var raise = await RaiseAsync(store, account, 500);
        Assert.Equal(
            Reason.SecondPersonRequired,
            (await store.ConfirmAsync(new StaffMember(spelling), raise.Id, CancellationToken.None)).Refusal?.Reason);

        var exception = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(
            bank.Database.Silo, $"update bank.approval set outcome = 1, decided_by = '{spelling}', decided_at = now()"));
        Assert.Equal("second_person", exception.ConstraintName);
        Assert.Equal(raise.Id, (await RequestAsync(store, account, staff: new StaffMember(spelling))).Value!.Id);
    }

    /// <summary>Decision, change and entry in the audit trail are one transaction, also for a program that forgets one of them.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(
        "insert into bank.audit (at, staff, action, detail) "
        + "values ('2026-11-24 10:00+00', 'desk-2', 'x', jsonb_build_object('approval', {0}))")]
    [InlineData(
        "insert into bank.audit (at, staff, action, detail) "
        + "values ('2026-11-24 10:00+00', 'desk-3', 'x', jsonb_build_object('approval', {0}))")]
    public async Task Decide_WithoutTheChangeOrItsEntry_IsRefusedByTheDatabase(string entry)
    {
        var (bank, account, store) = await OpenAsync();
        var raise = await RaiseAsync(store, account, 500);
        var exception = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(bank.Database.Silo, $"""
            update bank.approval set outcome = 1, decided_by = 'desk-2', decided_at = '2026-11-24 10:00+00';
            {string.Format(CultureInfo.InvariantCulture, entry, raise.Id)}
            """));
        Assert.Equal("BK007", exception.SqlState);
        Assert.Equal([raise], await store.ListAsync(0, 10, CancellationToken.None));
    }

    [Theory]
    [InlineData("(select max(changed_at) from bank.account_terms)", "was not made")]
    [InlineData("(select expires_at + interval '1 s' from bank.approval)", "too late")]
    public async Task Decide_WithTermsOfBeforeOrTooLate_IsRefusedByTheDatabase(string at, string message)
    {
        var (bank, account, store) = await OpenAsync();
        await bank.ChangeTermsAsync(account, terms => terms with { Freeze = AccountFreeze.Debits });
        var raise = await RaiseAsync(store, account, 500);
        var exception = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(bank.Database.Silo, $"""
            update bank.approval set outcome = 1, decided_by = 'desk-2', decided_at = {at};
            insert into bank.audit (at, staff, action, detail)
            select decided_at, 'desk-2', 'x', jsonb_build_object('approval', approval_id) from bank.approval
            """));
        Assert.Equal("BK007", exception.SqlState);
        Assert.Contains(message, exception.MessageText, StringComparison.Ordinal);
        Assert.Equal([raise], await store.ListAsync(0, 10, CancellationToken.None));
    }

    /// <summary>A change of another slice, which is not about an account.</summary>
    [Fact]
    public async Task ConfirmAsync_AnyKindOfChange_NeedsTwoPersonsAndItsVersion()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var store = new ApprovalStore(bank.Database.Silo, Options.Create(new ApprovalOptions()), _time);
        var doors = new Doors();
        var request = new ApprovalRequest("open-door", "vault", "ajar", null, "Inventory");
        var asked = await store.RequestAsync(doors, Bank.Desk, request, CancellationToken.None);
        Assert.Equal((request, 0L), (asked.Value!.Request, asked.Value.Version));
        Assert.Equal(
            Reason.SecondPersonRequired,
            (await store.ConfirmAsync(doors, Bank.Desk, asked.Value.Id, CancellationToken.None)).Refusal?.Reason);

        doors.Version++;
        Assert.Equal(
            Reason.ApprovalOutdated,
            (await store.ConfirmAsync(doors, Bank.SecondDesk, asked.Value.Id, CancellationToken.None)).Refusal?.Reason);
        var again = await store.RequestAsync(doors, Bank.Desk, request, CancellationToken.None);
        var confirmed = await store.ConfirmAsync(doors, Bank.SecondDesk, again.Value!.Id, CancellationToken.None);
        Assert.Equal(("ajar", "ajar"), (confirmed.Value.State, doors.Vault));
        Assert.Equal(
            "desk-2 open-door desk-1 Inventory ajar",
            await TestDatabase.ReadAsync<string>(bank.Database.Owner, """
                select concat_ws(' ', staff, action, detail ->> 'requestedBy', detail ->> 'note', detail ->> 'door')
                  from bank.audit where customer_number is null and action = 'open-door'
                """));
        Assert.Equal(
            Reason.ApprovalNotFound,
            (await bank.Approvals.ConfirmAsync(Bank.SecondDesk, again.Value.Id, CancellationToken.None)).Refusal?.Reason);
        Assert.Empty(await bank.Approvals.ListAsync(0, 10, CancellationToken.None));
    }

    [Fact]
    public async Task ConfirmAsync_ManyAtOnce_IsDecidedOnce()
    {
        var (bank, account, store) = await OpenAsync();
        var raise = await RaiseAsync(store, account, 500);
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(i => store.ConfirmAsync(new StaffMember($"chief-{i}"), raise.Id, CancellationToken.None)));
        Assert.Single(answers, answer => answer.Succeeded);
        Assert.Equal(7, answers.Count(answer => answer.Refusal?.Reason == Reason.ApprovalDecided));
        Assert.Equal(1, await CountAsync(bank, "account_terms"));
        Assert.Equal(1, await CountAsync(bank, "audit where action = 'set-overdraft-limit'"));
    }

    [Fact]
    public async Task Decide_ConfirmedAndRejectedAtOnce_OneOfThemHolds()
    {
        var (bank, account, store) = await OpenAsync();
        for (var i = 1; i <= 10; i++)
        {
            var raise = await RaiseAsync(store, account, 500 * i);
            var confirming = store.ConfirmAsync(Bank.SecondDesk, raise.Id, CancellationToken.None);
            var rejecting = store.RejectAsync(Third, raise.Id, "jo", CancellationToken.None);
            var (confirmed, rejected) = (await confirming, await rejecting);
            Assert.NotEqual(confirmed.Succeeded, rejected.Succeeded);
            Assert.Equal(Reason.ApprovalDecided, (confirmed.Refusal ?? rejected.Refusal)!.Reason);
            Assert.Equal(confirmed.Succeeded, (await bank.StateAsync(account)).FloorMinor == -500 * i);
        }
    }

    /// <summary>The reply was lost: the same person hears the same, and nothing happens twice.</summary>
    [Fact]
    public async Task Decide_SamePersonAgain_GetsTheSameAnswer()
    {
        var (bank, account, store) = await OpenAsync();
        var raise = await RaiseAsync(store, account, 500);
        var confirmed = await store.ConfirmAsync(Bank.SecondDesk, raise.Id, CancellationToken.None);
        _time.Advance(2 * Lifetime);
        var again = await store.ConfirmAsync(Bank.SecondDesk, raise.Id, CancellationToken.None);
        Assert.Equal(confirmed.Value.State with { SeenAt = 0 }, again.Value.State with { SeenAt = 0 });
        Assert.Equal(
            Reason.ApprovalDecided, (await store.RejectAsync(Bank.SecondDesk, raise.Id, "jo", CancellationToken.None)).Refusal?.Reason);
        Assert.Equal(Reason.ApprovalDecided, (await store.ConfirmAsync(Bank.Desk, raise.Id, CancellationToken.None)).Refusal?.Reason);

        var higher = await RaiseAsync(store, account, 600);
        for (var i = 0; i < 2; i++)
            Assert.True((await store.RejectAsync(Third, higher.Id, "jo", CancellationToken.None)).Succeeded);
        Assert.Equal(
            Reason.ApprovalDecided, (await store.ConfirmAsync(Bank.SecondDesk, higher.Id, CancellationToken.None)).Refusal?.Reason);
        Assert.Equal(1, await CountAsync(bank, "account_terms"));
        Assert.Equal("1/1/1/1", await TestDatabase.ReadAsync<string>(bank.Database.Owner, """
            select string_agg(n::text, '/')
              from (select count(*) n from bank.audit where detail ? 'approval' group by action, detail ->> 'approval') counted
            """));
    }

    /// <summary>A crash is a transaction that does not end: here the last statement before the commit fails.</summary>
    [Theory]
    [InlineData("audit")]
    [InlineData("account_terms")]
    public async Task ConfirmAsync_CutOff_HasNeitherDecidedNorChanged(string table)
    {
        var (bank, account, store) = await OpenAsync();
        var raise = await RaiseAsync(store, account, 500);
        var before = await StandingAsync(bank, account);
        await TestDatabase.ExecuteAsync(
            bank.Database.Owner, $"create trigger cut_off before insert on bank.{table} execute function bank.refuse_change()");
        await Assert.ThrowsAsync<PostgresException>(() => store.ConfirmAsync(Bank.SecondDesk, raise.Id, CancellationToken.None));
        Assert.Equal(before, await StandingAsync(bank, account));

        await TestDatabase.ExecuteAsync(bank.Database.Owner, $"drop trigger cut_off on bank.{table}");
        Assert.True((await store.ConfirmAsync(Bank.SecondDesk, raise.Id, CancellationToken.None)).Succeeded);
        Assert.Equal(-500, (await bank.StateAsync(account)).FloorMinor);
    }

    [Fact]
    public async Task ConfirmAsync_AccountMovedMeanwhile_IsStillGood()
    {
        var (bank, account, store) = await OpenAsync();
        var raise = await RaiseAsync(store, account, 500);
        var other = await bank.OpenAccountAsync(1_000);
        await bank.BookAsync(Bank.Payment(other, account, 700));
        await bank.BookAsync(Bank.Payment(account, other, 10));
        var confirmed = await store.ConfirmAsync(Bank.SecondDesk, raise.Id, CancellationToken.None);
        Assert.Equal((690, -500), (confirmed.Value.State.BalanceMinor, confirmed.Value.State.FloorMinor));
        await bank.BookAsync(Bank.Payment(account, other, 1_190));
        await bank.AssertSoundAsync();
    }

    /// <summary>The requester saw other terms, also where they look the same again.</summary>
    [Theory]
    [InlineData("lowered")]
    [InlineData("closed")]
    [InlineData("frozen")]
    [InlineData("frozen and back")]
    public async Task ConfirmAsync_TermsChangedMeanwhile_IsOutdated(string change)
    {
        var (bank, account, store) = await OpenAsync();
        Assert.True((await bank.ChangeTermsAsync(account, terms => terms with { FloorMinor = -100 })).Succeeded);
        var raise = await RaiseAsync(store, account, 500);
        Assert.True((await bank.ChangeTermsAsync(account, terms => change switch
        {
            "lowered" => terms with { FloorMinor = 0 },
            "closed" => terms with { Closed = true },
            _ => terms with { Freeze = AccountFreeze.Debits },
        })).Succeeded);
        if (change == "frozen and back")
            Assert.True((await bank.ChangeTermsAsync(account, terms => terms with { Freeze = AccountFreeze.None })).Succeeded);
        var before = await StandingAsync(bank, account);

        Assert.Equal(
            Reason.ApprovalOutdated, (await store.ConfirmAsync(Bank.SecondDesk, raise.Id, CancellationToken.None)).Refusal?.Reason);
        Assert.Equal(before, await StandingAsync(bank, account));
        Assert.Empty(await store.ListAsync(0, 10, CancellationToken.None));

        // It does not stand in the way of the next, and stays what it is.
        var next = await RaiseAsync(store, account, 700);
        Assert.Equal(
            Reason.ApprovalOutdated, (await store.ConfirmAsync(Bank.SecondDesk, raise.Id, CancellationToken.None)).Refusal?.Reason);
        Assert.True((await store.ConfirmAsync(Bank.SecondDesk, next.Id, CancellationToken.None)).Succeeded);
        Assert.Equal(-700, (await bank.StateAsync(account)).FloorMinor);
    }

    [Fact]
    public async Task ConfirmAsync_AtTheEdgeOfItsTime_IsGoodBeforeAndExpiredAt()
    {
        var (_, account, store) = await OpenAsync();
        var raise = await RaiseAsync(store, account, 500);
        _time.Advance(Lifetime - TimeSpan.FromMicroseconds(1));
        Assert.Equal([raise], await store.ListAsync(0, 10, CancellationToken.None));
        _time.Advance(TimeSpan.FromMicroseconds(1));
        Assert.Empty(await store.ListAsync(0, 10, CancellationToken.None));
        Assert.Equal(Reason.ApprovalExpired, (await store.ConfirmAsync(Bank.SecondDesk, raise.Id, CancellationToken.None)).Refusal?.Reason);

        // The same again is a new request, and the old one stays what it is.
        var again = await RaiseAsync(store, account, 500);
        Assert.NotEqual(raise.Id, again.Id);
        Assert.Equal(Reason.ApprovalExpired, (await store.ConfirmAsync(Bank.SecondDesk, raise.Id, CancellationToken.None)).Refusal?.Reason);
        _time.Advance(Lifetime - TimeSpan.FromMicroseconds(1));
        Assert.True((await store.ConfirmAsync(Bank.SecondDesk, again.Id, CancellationToken.None)).Succeeded);
    }

    [Fact]
    public async Task RequestAsync_SameContentByTheSamePerson_GivesTheOneThatWaits()
    {
        var (bank, account, store) = await OpenAsync();
        var requests = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RequestAsync(store, account)));
        Assert.All(requests, request => Assert.True(request.Succeeded, request.Refusal?.ToString()));
        Assert.Single(requests.Select(request => request.Value).Distinct());
        Assert.Equal(
            (1, 1), (await CountAsync(bank, "approval"), await CountAsync(bank, "audit where action = 'request-set-overdraft-limit'")));
    }

    [Fact]
    public async Task RequestAsync_OtherContentOrAnotherPerson_IsRefusedUntilTheFirstIsDecided()
    {
        var (bank, account, store) = await OpenAsync();
        var first = await RequestAsync(store, account);
        Assert.Equal(Reason.ApprovalPending, (await RequestAsync(store, account, limit: 501)).Refusal?.Reason);
        Assert.Equal(Reason.ApprovalPending, (await RequestAsync(store, account, note: "tjetër")).Refusal?.Reason);
        Assert.Equal(Reason.ApprovalPending, (await RequestAsync(store, account, staff: Bank.SecondDesk)).Refusal?.Reason);
        Assert.Equal([first.Value!], await store.ListAsync(0, 10, CancellationToken.None));

        // Who asked withdraws.
        Assert.True((await store.RejectAsync(Bank.Desk, first.Value!.Id, "gabim", CancellationToken.None)).Succeeded);
        Assert.True((await RequestAsync(store, account, limit: 501)).Succeeded);
        Assert.Equal(0, await CountAsync(bank, "account_terms"));
    }

    [Fact]
    public async Task RequestAsync_TwoActionsOnOneAccount_WaitSideBySideAndTheSecondIsOutdated()
    {
        var (bank, account, store) = await OpenAsync();
        Assert.True((await bank.ChangeTermsAsync(account, terms => terms with { Closed = true })).Succeeded);
        var raise = await RaiseAsync(store, account, 500);
        var reopening = await store.RequestAsync(Bank.Desk, account, TermsAction.ReopenAccount, null, "u kthye", CancellationToken.None);
        Assert.Equal([raise, reopening.Value!], await store.ListAsync(0, 10, CancellationToken.None));

        Assert.False((await store.ConfirmAsync(Bank.SecondDesk, reopening.Value!.Id, CancellationToken.None)).Value.State.Closed);
        Assert.Equal(
            Reason.ApprovalOutdated, (await store.ConfirmAsync(Bank.SecondDesk, raise.Id, CancellationToken.None)).Refusal?.Reason);
        Assert.Equal(0, (await bank.StateAsync(account)).FloorMinor);
    }

    /// <summary>Between the refusal of one person's change and the request somebody else made the change.</summary>
    [Fact]
    public async Task RequestAsync_NothingMoreToGive_IsOutdated()
    {
        var (bank, account, store) = await OpenAsync();
        Assert.True((await bank.ChangeTermsAsync(account, terms => terms with { FloorMinor = -500 })).Succeeded);
        Assert.Equal(Reason.ApprovalOutdated, (await RequestAsync(store, account)).Refusal?.Reason);
        Assert.Equal(
            Reason.ApprovalOutdated,
            (await store.RequestAsync(Bank.Desk, account, TermsAction.ReopenAccount, null, "?", CancellationToken.None)).Refusal?.Reason);
        Assert.Empty(await store.ListAsync(0, 10, CancellationToken.None));
    }

    [Fact]
    public async Task ListAsync_Pages_AreInTheOrderOfTheRequests()
    {
        var (bank, first, store) = await OpenAsync();
        var requests = new List<TermsApproval> { await RaiseAsync(store, first, 500) };
        for (var i = 0; i < 3; i++)
            requests.Add(await RaiseAsync(store, await bank.OpenAccountAsync(), 500));
        Assert.Equal(requests[..2], await store.ListAsync(0, 2, CancellationToken.None));
        Assert.Equal(requests[2..], await store.ListAsync(requests[1].Id, 2, CancellationToken.None));
        Assert.Empty(await store.ListAsync(requests[3].Id, 2, CancellationToken.None));
    }

    private async Task<(Bank Bank, AccountRegistration Account, TermsApprovals Store)> OpenAsync()
    {
        var bank = new Bank(await server.CreateDatabaseAsync(), time: _time);
        return (
            bank, await bank.OpenAccountAsync(), Bank.ApprovalsOf(bank.Database.Silo, _time, new ApprovalOptions { Lifetime = Lifetime }));
    }

    private static Task<Result<TermsApproval>> RequestAsync(
        TermsApprovals store, AccountRegistration account, long limit = 500, string note = "kontratë", StaffMember? staff = null) =>
        store.RequestAsync(staff ?? Bank.Desk, account, TermsAction.SetOverdraftLimit, limit, note, CancellationToken.None);

    private static async Task<TermsApproval> RaiseAsync(TermsApprovals store, AccountRegistration account, long limit)
    {
        var requested = await RequestAsync(store, account, limit);
        Assert.True(requested.Succeeded, requested.Refusal?.ToString());
        return requested.Value;
    }

    /// <summary>Everything that a refused decision must not change.</summary>
    private static Task<string> StandingAsync(Bank bank, AccountRegistration account) =>
        TestDatabase.ReadAsync<string>(bank.Database.Owner, $"""
            select concat_ws('/', (select a::text from bank.account a where account_id = {account.Id}),
                                  (select string_agg(t::text, ' ' order by version) from bank.account_terms t),
                                  (select string_agg(p::text, ' ' order by approval_id) from bank.approval p),
                                  (select count(*) from bank.audit))
            """);

    private static Task<long> CountAsync(Bank bank, string table) =>
        TestDatabase.ReadAsync<long>(bank.Database.Owner, $"select count(*) from bank.{table}");

    /// <summary>Doors of the bank; each has a state.</summary>
    private sealed class Doors : IApprovable<string>
    {
        public string Vault { get; private set; } = "shut";

        public long Version { get; set; }

        public IReadOnlyCollection<string> Kinds => ["open-door"];

        public Task<(string State, long Version)> LockAsync(
            NpgsqlConnection connection, string subject, CancellationToken cancellationToken) =>
            Task.FromResult((Vault, Version));

        public bool NeedsSecondPerson(string state, ApprovalRequest request) => state == "shut";

        public Reason? Refuse(string state, ApprovalRequest request) => null;

        public Task<string> ApplyAsync(
            NpgsqlConnection connection, string state, Approval approval, DateTimeOffset now, CancellationToken cancellationToken) =>
            Task.FromResult(Vault = approval.Request.Wanted!);

        public IEnumerable<KeyValuePair<string, object?>> Describe(ApprovalRequest request, string? changed) => [new("door", changed)];
    }
}
