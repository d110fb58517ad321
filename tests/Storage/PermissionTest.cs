using BktSmart.Accounts;
using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>What the database itself refuses, whatever a program asks for.</summary>
public sealed class PermissionTest(TestServer server, PermissionTest.Database shared) : IClassFixture<PermissionTest.Database>
{
    private static readonly string[] LedgerTables =
    [
        "posting", "transfer", "leg", "transfer_detail", "open_hold", "batch", "chain",
        "account_terms", "account_history", "payment_limit_change", "trusted_payee",
    ];

    /// <summary>A database in which nothing that is tried succeeds, so that many tests can try.</summary>
    public sealed class Database(TestServer server) : IAsyncLifetime
    {
        internal Bank Bank { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Bank = new Bank(await server.CreateDatabaseAsync());
            var (payer, payee) = (await Bank.OpenAccountAsync(1_000), await Bank.OpenAccountAsync(1));
            await Bank.BookAsync(Bank.EndHold(
                TransferKind.HoldRelease,
                (await Bank.BookAsync(Bank.Hold(payer, payee, 10, DateTimeOffset.UtcNow.AddDays(1)))).Order));
            Assert.True((await Bank.ChangeTermsAsync(payee, terms => terms with { FloorMinor = -10 })).Succeeded);
            Assert.Null(await Bank.TrustAsync(payer.CustomerNumber!.Value, payee, 1));
            await Bank.SetLimitsAsync(payer, new PaymentLimits(1, 2, 3));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    public static TheoryData<string> Denied =>
    [
        .. LedgerTables.SelectMany(table => (string[])
        [
            $"insert into bank.{table} overriding system value table bank.{table}",
            $"delete from bank.{table}",
            $"truncate bank.{table}",
            $"alter table bank.{table} disable trigger all",
        ]),
        "update bank.posting set amount_minor = amount_minor + 1",
        "update bank.transfer set amount_minor = 1",
        "update bank.leg set amount_minor = 1",
        "update bank.transfer_detail set settles = false",
        "update bank.open_hold set expires_at = now()",
        "update bank.batch set content_hash = hash",
        "update bank.chain set genesis = heads",
        "update bank.account_terms set floor_minor = -1",
        "update bank.account_history set currency = 'CHF'",
        "select * from bank.account_history_due(array[1])",
        "update bank.payment_limit_change set limits = '{0,0,0}'",
        "update bank.trusted_payee set removed_at = null",
        "update bank.transfer set approval = 1",
        "update bank.account set paid_on = '-infinity'",
        "update bank.account set paid_day_minor = 0",
        "update bank.account set paid_month_minor = 0",
        "update bank.account set unconfirmed_count = 0",
        "update bank.account set unconfirmed_minor = 0",
        "update bank.account set payment_limits = null",
        "update bank.account set next_limits_on = '2020-01-01'",
        "update bank.account set trusted_payees = '{1}'",
        "update bank.account set balance_minor = balance_minor + 1",
        "update bank.account set held_minor = 0",
        "update bank.account set sequence_number = 0",
        "update bank.account set version = 0",
        "update bank.account set floor_minor = -1000000",
        "update bank.account set frozen = 0",
        "update bank.account set closed_at = null",
        "update bank.account set customer_number = 100000001",
        "delete from bank.account",
        "select from bank.account for update",
        "insert into bank.account (account_number, currency, opened_at, balance_minor) values ('x', 'ALL', now(), 1000000)",
        "insert into bank.account (account_number, currency, opened_at, floor_minor) values ('x', 'ALL', now(), -1000000)",
        "insert into bank.account (account_number, currency, opened_at, held_minor) values ('x', 'ALL', now(), 1)",
        "insert into bank.account (account_number, currency, opened_at, frozen) values ('x', 'ALL', now(), 1)",
        "insert into bank.account (account_number, currency, opened_at, payment_limits) values ('x', 'ALL', now(), '{1,1,1}')",
        "insert into bank.event table bank.event",
        "update bank.inbox_position set position = 0",
        "insert into bank.inbox_position table bank.inbox_position",
        "insert into bank.customer_event table bank.customer_event",
        "delete from bank.customer_event",
        "update bank.event_set_aside set number = 0",
        "delete from bank.event_set_aside",
        "update bank.event set sequence_numbers = account_ids",
        "delete from bank.event",
        "select nextval('bank.event_id')",
        "update bank.business_day set business_date = '2030-01-01'",
        "update bank.calendar set version = 0",
        "update bank.calendar_day set works = true",
        "insert into bank.calendar_day (day, works, name, source, is_estimate) values ('2030-01-07', false, 'x', 'x', false)",
        "delete from bank.calendar_day",
        "delete from bank.calendar_year",
        "delete from bank.verification",
        "update bank.audit set staff = 'nobody'",
        "update bank.card set expires_on = '2099-01-01'",
        "delete from bank.card",
        "delete from bank.audit",
        "delete from bank.agreement",
        "update bank.notification set body = ''",
        "insert into bank.notification table bank.notification",
        "select from bank.stray_attempt",
        "delete from bank.stray_attempt",
        "update bank.customer set national_id = 'J00101001A'",
        "update bank.customer set name = 'Somebody Else'",
        "update bank.customer set version = 7",
        "update bank.security_event set kind = 1",
        "delete from bank.security_event",
        "delete from bank.caller_identification",
        "update bank.caller_identification set recognised = true",
        "delete from bank.credentials",
        "update bank.credentials set customer_number = 100000001",
        "update bank.fnp_message set phone = '+355672000000'",
        "delete from bank.support_case",
        "delete from bank.fnp_message",
        "insert into bank.retention values ('posting', '1 day')",
        "update bank.retention set kept_min = '1 day'",
        "delete from bank.retention",
        "drop table bank.audit_first",
        "alter table bank.audit detach partition bank.audit_first",
        "insert into bank.audit_default table bank.audit_default",
        "update bank.outbox set phone = '+355672000000'",
        "update bank.outbox set body = ''",
        "update bank.outbox set expires_at = 'infinity'",
        "truncate bank.outbox",
        "delete from bank.approval",
        "update bank.approval set subject = 'AL00'",
        "update bank.approval set wanted = '1000000'",
        "update bank.approval set version = 99",
        "update bank.approval set requested_by = 'somebody'",
        "update bank.approval set expires_at = now() + interval '1 day'",
        Approval("'1', 'a', '1 day', 1, 'b', now()"),
        "create table bank.mine (x integer)",
        "create function bank.mine() returns integer language sql as 'select 1'",
        "create or replace function bank.refuse_change() returns trigger language plpgsql as 'begin return null; end'",
        "insert into public.schema_migration (name) values ('0004')",
        "delete from public.schema_migration",
        "set session_replication_role = replica",
    ];

    public static TheoryData<string, string> Impossible => new()
    {
        { "update bank.account set balance_minor = -1 where customer_number is not null", "available_not_below_floor" },
        {
            "update bank.account set held_minor = balance_minor + 1 where customer_number is not null and floor_minor = 0",
            "available_not_below_floor"
        },
        { "update bank.account set held_minor = -1", "account_held_minor_check" },
        { "update bank.account set floor_minor = 1 where customer_number is not null", "floor_not_above_zero" },
        { "update bank.account set floor_minor = null", "customer_account_has_floor" },
        { "update bank.account set frozen = 4", "account_frozen_check" },
        { "update bank.account set closed_at = now() where balance_minor <> 0", "closed_is_empty" },
        { "update bank.account set currency = 'XXX'", "currency_of_the_ledger" },
        { "update bank.account set sequence_number = -1", "account_sequence_number_check" },
        { Transfer("1, 1, 1, null, null, 1, 304"), "two_accounts" },
        { Transfer("1, 2, 0, null, null, 1, 304"), "transfer_amount_minor_check1" },
        { Transfer("1, 2, 1, null, null, 1, null", approval: 1), "posts_or_does_not" },
        { Transfer("1, 2, 1, 1, null, 1, null", approval: 1), "posts_or_does_not" },
        { Transfer("1, 2, 1, 1, 1, 1, 304"), "posts_or_does_not" },
        { Transfer("1, 2, 1, 1, 1, 4, null"), "posts_or_does_not" },
        { Transfer("1, 2, 1, 1, 1, 11, null"), "transfer_kind_check" },
        { Transfer("1, 2, 1, 1, 1, 1, null"), "customer_debit_is_approved" },
        { Transfer("1, 2, 1, 1, 1, 2, null", approval: 1), "customer_debit_is_approved" },
        { Transfer("1, 2, 1, null, null, 1, 304", approval: 1), "customer_debit_is_approved" },
        { Transfer("1, 2, 1, 1, 1, 1, null", approval: 0), "known_approval" },
        { Transfer("1, 2, 1, 1, 1, 1, null", approval: 6), "known_approval" },
        { Transfer("1, 2, 1, 1, 1, 1, null", approval: 5), "standing_order_approves_its_own" },
        { "update bank.account set paid_day_minor = -1", "paid_not_negative" },
        { "update bank.account set paid_month_minor = -1", "paid_not_negative" },
        { "update bank.account set unconfirmed_count = -1", "paid_not_negative" },
        { "update bank.account set unconfirmed_minor = -1", "paid_not_negative" },
        { "update bank.account set payment_limits = '{1,2}'", "three_limits" },
        { "update bank.account set payment_limits = '{1,-2,3}'", "three_limits" },
        { "update bank.account set next_payment_limits = '{1,2,3,4}', next_limits_on = now()", "three_limits" },
        { "update bank.account set next_payment_limits = '{1,2,3}'", "next_limits_have_a_day" },
        { "update bank.account set next_limits_on = now()", "next_limits_have_a_day" },
        {
            """
            insert into bank.trusted_payee (customer_number, account_id, added_at)
            select customer_number, account_id, now() from bank.trusted_payee
            """,
            "trusted_once"
        },
        { "update bank.trusted_payee set removed_at = added_at - interval '1 microsecond'", "trusted_payee_check" },
        { "insert into bank.leg values (gen_random_uuid(), 1, 1, 2, 1, 1, 1)", "leg_number_check" },
        { "insert into bank.leg values (gen_random_uuid(), 17, 1, 2, 1, 1, 1)", "leg_number_check" },
        { "insert into bank.leg values (gen_random_uuid(), 2, 1, 1, 1, 1, 1)", "two_accounts" },
        { "insert into bank.leg values (gen_random_uuid(), 2, 1, 2, 1, 1, null)", "posts_or_does_not" },
        { "insert into bank.transfer_detail (transfer_id, settles) values (gen_random_uuid(), true)", "settles_something" },
        {
            """
            insert into bank.transfer_detail (transfer_id, related_id, settles)
            select gen_random_uuid(), related_id, true from bank.transfer_detail where settles
            """,
            "settled_once"
        },
        {
            "insert into bank.transfer_detail (transfer_id, exchange_rate) values (gen_random_uuid(), 0)",
            "transfer_detail_exchange_rate_check"
        },
        { "insert into bank.open_hold values (gen_random_uuid(), 1, 0, now())", "open_hold_amount_minor_check" },
        {
            "insert into bank.posting select account_id, sequence_number, gen_random_uuid(), 1, 1, now(), now() from bank.posting",
            "posting_pkey"
        },
        { "insert into bank.posting values (1, 99, gen_random_uuid(), 0, 0, now(), now())", "posting_amount_minor_check" },
        {
            """
            insert into bank.posting (
                account_id, sequence_number, transfer_id, amount_minor, balance_after_minor, booked_at, business_date, held_after_minor)
            values (1, 99, gen_random_uuid(), 1, 1, now(), now(), 0)
            """,
            "posting_held_after_minor_check"
        },
        { Batch("1, 0", 32), "batch_number_check" },
        { Batch("2, 1", 32), "one_place_in_chain" },
        { Batch("1, 99", 31), "batch_hash_check" },
        { "insert into bank.chain (silo, heads, genesis) values ('', '', 'short')", "chain_genesis_check" },
        {
            "insert into bank.event (queue, customer_numbers, account_ids, sequence_numbers) values (0, array[1], array[1, 2], array[1])",
            "arrays_go_together"
        },
        {
            "insert into bank.event (queue, customer_numbers, account_ids, sequence_numbers) values (16, array[1], array[1], array[1])",
            "known_queue"
        },
        { Approval("'1', 'a', '1 day', 1, 'a', now()"), "second_person" },
        { Approval("'1', 'a', '1 day', 1, null, now()"), "decided_as_a_whole" },
        { Approval("'1', 'a', '1 day', 3, 'b', now()"), "decided_as_a_whole" },
        { Approval("'1', 'a', '1 day', null, 'b', now()"), "decided_as_a_whole" },
        { Approval("'1', 'a', '1 day', 1, 'b', null"), "decided_as_a_whole" },
        { Approval("'1', 'a', '0', null, null, null"), "expires_after_request" },
        { Approval("null, 'a', '1 day', null, null, null"), "wanted_value" },
        { Approval("'1', 'a', '1 day', null, null, null", "reopen-account"), "wanted_value" },
        { Approval("'1', 'a', '1 day', null, null, null", version: -1), "approval_version_check" },
        { Message(0, "1", "null", "null", "''"), "outbox_channel_check" },
        { Message(1, "null", "null", "null", "''"), "sms_or_push" },
        { Message(2, "1", "gen_random_uuid()", "null", "''"), "sms_or_push" },
        { Message(3, "null", "gen_random_uuid()", "null", "null"), "sms_or_push" },
        { Message(3, "1", "gen_random_uuid()", "''", "null"), "sms_or_push" },
        {
            $"with one as ({Approval("'1', 'a', '1 day', null, null, null")}) {Approval("'2', 'b', '1 day', null, null, null")}",
            "one_pending_change"
        },
    };

    [Theory]
    [MemberData(nameof(Denied))]
    public async Task Silo_ChangeOfTheLedger_IsDenied(string sql)
    {
        var exception = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(shared.Bank.Database.Silo, sql));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, exception.SqlState);
    }

    [Fact]
    public async Task Silo_FunctionsWithTheRightsOfTheOwner_AreTheDoors()
    {
        const string Functions = """
            select coalesce(string_agg(p.proname, ', ' order by p.proname), '')
              from pg_proc p
             where p.pronamespace = 'bank'::regnamespace
               and p.prosecdef
               and has_function_privilege('{role}', p.oid, 'execute')
            """;
        Assert.Equal(
            "add_standing_order, advance_standing_order, cancel_limit_raises, change_calendar, change_payment_limits, "
            + "change_standing_order, change_terms, close_payments, correct_customer, count_batches, distrust_recent_payees, "
            + "drop_partition, end_silos, finish_events, forget_rows, held_accounts, hold_session, load_calendar_year, "
            + "lock_accounts, lock_calendar, make_partitions, open_chain, open_inbox_positions, pause_new_standing_orders, "
            + "plan_end_of_day, post_batch, raise_risk, replay_events, restart_end_of_day, retry_standing_order_payment, "
            + "set_trusted_payee, settle_standing_order_payment, start_end_of_day, take_end_of_day_step, tell_customer, "
            + "tie_accounts, tie_totals, write_inboxes",
            await ReadAsync("bkt_silo"));
        Assert.Equal("", await ReadAsync("public"));

        Task<string> ReadAsync(string role) => TestDatabase.ReadAsync<string>(
            shared.Bank.Database.Owner, Functions.Replace("{role}", role, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("update bank.posting set amount_minor = amount_minor + 1")]
    [InlineData("delete from bank.posting")]
    [InlineData("truncate bank.transfer")]
    [InlineData("update bank.leg set amount_minor = 1")]
    [InlineData("update bank.transfer_detail set settles = false")]
    [InlineData("update bank.batch set transfer_count = 1")]
    [InlineData("truncate bank.chain")]
    [InlineData("delete from bank.account_terms")]
    [InlineData("delete from bank.account_history")]
    [InlineData("update bank.payment_limit_change set limits = '{0,0,0}'")]
    [InlineData("delete from bank.payment_limit_change")]
    [InlineData("truncate bank.payment_limit_change")]
    [InlineData("update bank.standing_order_change set amount_minor = 1")]
    [InlineData("delete from bank.verification")]
    [InlineData("delete from bank.audit")]
    [InlineData("delete from bank.approval")]
    [InlineData("update bank.approval set decided_by = 'somebody'")]
    [InlineData("update bank.approval set outcome = null, decided_by = null, decided_at = null")]
    [InlineData("update bank.agreement set version = 2")]
    public async Task Owner_ChangeOfWhatIsBooked_IsRefusedByTheTrigger(string sql)
    {
        var exception = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(shared.Bank.Database.Owner, sql));
        Assert.Equal(PostgresErrorCodes.RestrictViolation, exception.SqlState);
    }

    [Theory]
    [MemberData(nameof(Impossible))]
    public async Task Owner_ImpossibleRow_IsRefusedByAConstraint(string sql, string constraint)
    {
        var exception = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(shared.Bank.Database.Owner, sql));
        Assert.Equal(constraint, exception.ConstraintName);
    }

    [Fact]
    public async Task PostBatch_VersionThatIsNotTheAccounts_IsRefusedAndWritesNothing()
    {
        var (bank, from, to) = await OpenAsync();
        var seen = await SeeAsync(bank, from, to);
        await bank.BookAsync(Bank.Payment(from, to, 1));
        await AssertFenceAsync(LedgerFence.AccountChanged, bank, Write(seen, 10));
    }

    [Fact]
    public async Task PostBatch_OneAccountOfManyHasMoved_IsRefusedAndWritesNothing()
    {
        var (bank, from, to) = await OpenAsync();
        var seen = await SeeAsync(bank, from, to);
        Assert.True((await bank.ChangeTermsAsync(to, terms => terms with { Freeze = AccountFreeze.Credits })).Succeeded);
        await AssertFenceAsync(LedgerFence.AccountChanged, bank, Write(seen, 10));
    }

    [Fact]
    public async Task PostBatch_AnotherBusinessDate_IsRefusedAndWritesNothing()
    {
        var (bank, from, to) = await OpenAsync();
        var seen = await SeeAsync(bank, from, to);
        await AssertFenceAsync(LedgerFence.BusinessDateChanged, bank, Write(seen with { Date = seen.Date.AddDays(1) }, 10));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task PostBatch_AnotherDay_IsRefusedAndWritesNothing(int days)
    {
        var (bank, from, to) = await OpenAsync();
        var seen = await SeeAsync(bank, from, to);
        await AssertFenceAsync(LedgerFence.DayChanged, bank, Write(seen with { Day = seen.Day.AddDays(days) }, 10));
    }

    [Fact]
    public async Task PostBatch_PaymentThatNothingLetThrough_IsRefusedAndWritesNothing()
    {
        var (bank, from, to) = await OpenAsync();
        await AssertConstraintAsync("customer_debit_is_approved", bank, Write(await SeeAsync(bank, from, to), 10, approval: null));
    }

    [Fact]
    public async Task PostBatch_IdThatIsDecided_IsRefusedAndWritesNothing()
    {
        var (bank, from, to) = await OpenAsync();
        var known = await bank.BookAsync(Bank.Payment(from, to, 1));
        await AssertFenceAsync(LedgerFence.TransferDecided, bank, Write(await SeeAsync(bank, from, to), 10, known.Id));
    }

    [Fact]
    public async Task PostBatch_MoreThanThereIs_IsRefusedAndWritesNothing()
    {
        var (bank, from, to) = await OpenAsync();
        var seen = await SeeAsync(bank, from, to);
        await AssertConstraintAsync("available_not_below_floor", bank, Write(seen, 1_001));
    }

    [Fact]
    public async Task PostBatch_MoneyThatIsHeld_IsRefusedAndWritesNothing()
    {
        var (bank, from, to) = await OpenAsync();
        await bank.BookAsync(Bank.Hold(from, to, 900, DateTimeOffset.UtcNow.AddDays(1)));
        await AssertConstraintAsync("available_not_below_floor", bank, Write(await SeeAsync(bank, from, to), 101));
    }

    [Fact]
    public async Task PostBatch_MoneyForAClosedAccount_IsRefusedAndWritesNothing()
    {
        var (bank, from, to) = await OpenAsync();
        Assert.True((await bank.ChangeTermsAsync(to, terms => terms with { Closed = true })).Succeeded);
        await AssertConstraintAsync("closed_is_empty", bank, Write(await SeeAsync(bank, from, to), 10));
    }

    [Fact]
    public async Task PostBatch_PlaceThatAnAccountHasAlready_IsRefusedAndWritesNothing()
    {
        var (bank, from, to) = await OpenAsync();
        var seen = await SeeAsync(bank, from, to);
        await AssertConstraintAsync("posting_pkey", bank, Write(seen with { From = seen.From with { SequenceNumber = 0 } }, 10));
    }

    /// <summary>A trigger that makes a row vanish stands for whatever might.</summary>
    [Theory]
    [InlineData("transfer", "", "0 of 1 transfers were written")]
    [InlineData("leg", "", "0 of 1 further legs were written")]
    [InlineData("posting", "", "0 of 4 postings were written")]
    [InlineData("posting", "when (new.amount_minor = 7)", "3 of 4 postings were written")]
    [InlineData("transfer_detail", "", "0 of 1 details were written")]
    public async Task PostBatch_RowThatVanishes_IsRefusedAndWritesNothing(string table, string when, string message)
    {
        var (bank, from, to) = await OpenAsync();
        await bank.BookAsync(Bank.Payment(from, to, 1));
        await TestDatabase.ExecuteAsync(bank.Database.Owner, $"""
            create function bank.swallow() returns trigger language plpgsql as 'begin return null; end';
            create trigger swallow before insert on bank.{table} for each row {when} execute function bank.swallow()
            """);
        var before = await EverythingAsync(bank);
        var order = table == "transfer_detail"
            ? Bank.Hold(from, to, 10, DateTimeOffset.UtcNow.AddDays(1))
            : Bank.Linked([(from, to, 3), (from, to, 7)]);
        var exception = await Assert.ThrowsAsync<PostgresException>(() => bank.PostAsync([order], CancellationToken.None));
        Assert.Equal((PostgresErrorCodes.AssertFailure, message), (exception.SqlState, exception.MessageText));
        Assert.Equal(before, await EverythingAsync(bank));
    }

    [Fact]
    public async Task PostBatch_MoneyFromNowhere_IsNotEvenAsked()
    {
        var (bank, from, to) = await OpenAsync();
        var write = Write(await SeeAsync(bank, from, to), 10);
        write.Accounts[0].Post(1);
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => bank.Store.PostAsync(write, CancellationToken.None));
        Assert.Contains("the sum of all balances in ALL", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("update bank.posting set amount_minor = amount_minor + 1 where amount_minor = 10")]
    [InlineData("update bank.posting set amount_minor = amount_minor + 1 where amount_minor = -7")]
    [InlineData("delete from bank.posting where amount_minor = -10")]
    public async Task FindAsync_PostingsThatDoNotSumToZero_AreNotGivenOut(string damage)
    {
        var (bank, from, to) = await OpenAsync();
        var linked = await bank.BookAsync(Bank.Linked([(from, to, 10), (from, to, 7)]));
        Assert.NotNull(await bank.Store.FindAsync(linked.Id, CancellationToken.None));
        await TestDatabase.ExecuteAsync(bank.Database.Corruptor, damage);
        await Assert.ThrowsAsync<InvalidOperationException>(() => bank.Store.FindAsync(linked.Id, CancellationToken.None));
    }

    [Fact]
    public async Task Owner_AccountThatOpensWithCredit_IsRefusedByTheTrigger()
    {
        var (bank, from, _) = await OpenAsync();
        var exception = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(bank.Database.Owner, $"""
            insert into bank.account (account_number, customer_number, currency, opened_at, floor_minor)
            values ('AL00', {from.CustomerNumber}, 'ALL', now(), -1)
            """));
        Assert.Equal("BK006", exception.SqlState);
    }

    [Fact]
    public async Task Silo_AccountThatOpens_HasAFloorOfZero()
    {
        var (bank, from, _) = await OpenAsync();
        await TestDatabase.ExecuteAsync(bank.Database.Silo, $"""
            insert into bank.account (account_number, customer_number, currency, opened_at)
            values ('AL00', {from.CustomerNumber}, 'ALL', now())
            """);
        const string Floor = "select floor_minor from bank.account where account_number = 'AL00'";
        Assert.Equal(0, await TestDatabase.ReadAsync<long>(bank.Database.Silo, Floor));
    }

    /// <summary>What is not known is not what was decided.</summary>
    [Theory]
    [InlineData("decided_date", "BK001")]
    [InlineData("decided_day", "BK004")]
    [InlineData("accounts", "BK002")]
    [InlineData("transfers", "23502")]
    [InlineData("posting_count", "P0004")]
    [InlineData("limits", "P0004")]
    [InlineData("last_moment", "BK008")]
    public async Task PostBatch_NullForWhatWasDecided_IsRefusedAndWritesNothing(string parameter, string state)
    {
        var (bank, from, to) = await OpenAsync();
        var seen = await SeeAsync(bank, from, to);
        var values = new Dictionary<string, string>
        {
            ["writer_chain"] = $"{seen.Chain}",
            ["decided_date"] = $"date '{seen.Date:yyyy-MM-dd}'",
            ["decided_day"] = $"date '{seen.Day:yyyy-MM-dd}'",
            ["not_before"] = "'-infinity'",
            ["last_moment"] = "'infinity'",
            ["lock_wait_ms"] = "500",
            ["batch_content_hash"] = "sha256('')",
            ["accounts"] = "'{}'",
            // One that was refused, so that it has no postings.
            ["transfers"] = $"""
                array[row(gen_random_uuid(), 1, 1, 1, null, '', null, {from.Id}, {to.Id}, 10, null, null, null, null, null, null)
                    ::bank.batch_order]
                """,
            ["further_legs"] = "'{}'",
            ["details"] = "'{}'",
            ["limits"] = "'{}'",
            ["posting_count"] = "0",
            [parameter] = "null",
        };
        var exception = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(
            bank.Database.Silo, $"select bank.post_batch({string.Join(", ", values.Select(value => $"{value.Key} => {value.Value}"))})"));
        Assert.Equal(state, exception.SqlState);
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task PostBatch_WhatTheTestsWrite_IsTakenAsItIs()
    {
        var (bank, from, to) = await OpenAsync();
        await bank.Store.PostAsync(Write(await SeeAsync(bank, from, to), 10), CancellationToken.None);
        await bank.AssertSoundAsync();
    }

    private static string Transfer(string values, int? approval = null) => $"""
        insert into bank.transfer (
            transfer_id, batch_id, debit_account_id, credit_account_id, amount_minor, debit_sequence, credit_sequence,
            kind, reason, reference, approval)
        values (gen_random_uuid(), 1, {values}, '', {approval?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "null"})
        """;

    private static string Approval(string values, string kind = "set-overdraft-limit", int version = 0)
    {
        var parts = values.Split(", ");
        return $"""
            insert into bank.approval (
                kind, subject, version, requested_at, note, wanted, requested_by, expires_at, outcome, decided_by, decided_at)
            values ('{kind}', 'AL00', {version}, now(), 'x', {parts[0]}, {parts[1]},
                    now() + interval {parts[2]}, {parts[3]}, {parts[4]}, {parts[5]})
            """;
    }

    private static string Message(int channel, string notification, string sms, string phone, string title) => $"""
        insert into bank.outbox (channel, customer_number, notification_number, sms_id, phone, title, body, expires_at)
        values ({channel}, 100000001, {notification}, {sms}, {phone}, {title}, '', now())
        """;

    private static string Batch(string place, int hashLength) => $"""
        insert into bank.batch (chain, number, booked_at, business_date, transfer_count, content_hash, hash)
        values ({place}, now(), now(), 1, sha256(''), substr(sha256(''), 1, {hashLength}))
        """;

    /// <summary>What a silo decides from.</summary>
    private sealed record Seen(AccountState From, AccountState To, DateOnly Date, DateOnly Day, int Chain);

    private async Task<(Bank Bank, AccountRegistration From, AccountRegistration To)> OpenAsync()
    {
        // What is read before a write must still be the day when it is written.
        var bank = await Bank.StillAsync(await server.CreateDatabaseAsync());
        return (bank, await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync());
    }

    private static async Task<Seen> SeeAsync(Bank bank, AccountRegistration from, AccountRegistration to) => new(
        await bank.StateAsync(from),
        await bank.StateAsync(to),
        await TestDatabase.ReadAsync<DateOnly>(bank.Database.Silo, "select business_date from bank.business_day"),
        await TestDatabase.ReadAsync<DateOnly>(bank.Database.Silo, "select (clock_timestamp() at time zone 'Europe/Tirane')::date"),
        await TestDatabase.ReadAsync<int>(bank.Database.Silo, "select max(chain) from bank.chain"));

    /// <summary>A payment as a silo without any rules would write it.</summary>
    private static LedgerWrite Write(Seen seen, long amount, TransferId? id = null, PaymentApproval? approval = PaymentApproval.Fnp)
    {
        var (debit, credit) = (new LockedAccount(seen.From), new LockedAccount(seen.To));
        debit.Post(-amount);
        credit.Post(amount);
        debit.Count(PaymentRules.Count(debit, amount, approval ?? PaymentApproval.OwnAccount, seen.Day));
        var order = new TransferOrder(
            id ?? new TransferId(Guid.CreateVersion7()), TransferKind.Payment, debit.Id, credit.Id,
            new Money(amount, seen.From.Currency), "", Originator.Customer);
        var effect = new LegEffect(
            debit.SequenceNumber, debit.BalanceMinor, debit.HeldMinor,
            credit.SequenceNumber, credit.BalanceMinor, credit.HeldMinor);
        return LedgerWrite.Of(
            seen.Chain, [new RecordedTransfer(order, null, null, effect, [], null, seen.Date) { Approval = approval }],
            new Dictionary<long, LockedAccount> { [debit.Id] = debit, [credit.Id] = credit }, seen.Day);
    }

    private static async Task AssertFenceAsync(LedgerFence fence, Bank bank, LedgerWrite write)
    {
        var before = await EverythingAsync(bank);
        var exception = await Assert.ThrowsAsync<LedgerFenceException>(() => bank.Store.PostAsync(write, CancellationToken.None));
        Assert.Equal(fence, exception.Fence);
        Assert.Equal(before, await EverythingAsync(bank));
    }

    private static async Task AssertConstraintAsync(string constraint, Bank bank, LedgerWrite write)
    {
        var before = await EverythingAsync(bank);
        var exception = await Assert.ThrowsAsync<PostgresException>(() => bank.Store.PostAsync(write, CancellationToken.None));
        Assert.Equal(constraint, exception.ConstraintName);
        Assert.Equal(before, await EverythingAsync(bank));
        await bank.AssertSoundAsync();
    }

    private static Task<string> EverythingAsync(Bank bank) => TestDatabase.ReadAsync<string>(bank.Database.Owner, $"""
        select concat_ws(' ', {string.Join(", ", LedgerTables
            .Append("account")
            .Append("event")
            .Select(table => $"(select md5(string_agg(t::text, '' order by t::text)) from bank.{table} t)"))})
        """);
}
