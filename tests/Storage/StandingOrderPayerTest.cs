using System.Globalization;
using BktSmart.Ledger;
using BktSmart.StandingOrders;
using BktSmart.Tests.Infrastructure;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>R1, R13: payments that happen by themselves, each once.</summary>
public sealed class StandingOrderPayerTest(TestServer server)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PayAsync_SeveralSilosOnTheDueDay_PayOnceAsTheOrderApproves()
    {
        await using var scene = await StandingOrderScene.OpenAsync(server, 1_000, new PaymentOptions());
        var order = await scene.OrderAsync("2026-12-14");
        var silos = new[] { scene.NewPayer(), scene.NewPayer(), scene.NewPayer() };

        await scene.MoveToAsync("2026-12-14 05:59");
        await Task.WhenAll(silos.Select(StandingOrderScene.WorkAsync));
        Assert.Equal("12-14 Due", await scene.PaymentsAsync(order));
        // So that it can be stopped.
        Assert.Equal(StandingOrderState.Active, (await scene.FindAsync(order)).State);

        await scene.MoveToAsync("2026-12-14 06:00");
        await Task.WhenAll(silos.Select(StandingOrderScene.WorkAsync));
        Assert.Equal("12-14 Booked", await scene.PaymentsAsync(order));
        Assert.Equal(StandingOrderState.Completed, (await scene.FindAsync(order)).State);
        Assert.Equal((900, 100), (await scene.BalanceAsync(scene.From), await scene.BalanceAsync(scene.To)));
        Assert.Equal(
            "3 5 qira",
            await TestDatabase.ReadAsync<string>(
                scene.Bank.Database.Owner,
                "select originator || ' ' || approval || ' ' || reference from bank.transfer where approval is not null"));
        Assert.Equal("", await scene.EventsAsync());
        await scene.Bank.AssertSoundAsync();
    }

    [Fact]
    public async Task PayAsync_TooLittleMoneyAllDay_TriesFourTimesAndFailsWithNews()
    {
        await using var scene = await StandingOrderScene.OpenAsync(server, 99);
        var order = await scene.OrderAsync("2026-12-14", StandingOrderFrequency.Monthly);
        var payer = scene.NewPayer();
        foreach (var (time, expected) in new[]
        {
            ("06:00", "12-14 Due InsufficientFunds"), ("09:59", "12-14 Due InsufficientFunds"),
            ("10:00", "12-14 Due InsufficientFunds"), ("14:00", "12-14 Due InsufficientFunds"),
            ("17:59", "12-14 Due InsufficientFunds"), ("18:00", "12-14 Failed InsufficientFunds"),
            ("22:00", "12-14 Failed InsufficientFunds"),
        })
        {
            await scene.MoveToAsync($"2026-12-14 {time}");
            await StandingOrderScene.WorkAsync(payer);
            Assert.Equal(expected, await scene.PaymentsAsync(order));
        }

        Assert.Equal("9", await scene.EventsAsync());
        Assert.Equal(4, await AttemptsAsync(scene));
        var after = await scene.FindAsync(order);
        Assert.Equal((StandingOrderState.Active, StandingOrderScene.Day("2027-01-14")), (after.State, after.NextDueOn));
        await scene.Bank.AssertSoundAsync();
    }

    [Fact]
    public async Task PayAsync_MoneyComesInDuringTheDay_IsPaidAtTheNextAttempt()
    {
        await using var scene = await StandingOrderScene.OpenAsync(server, 99);
        var order = await scene.OrderAsync("2026-12-14");
        var payer = scene.NewPayer();
        await scene.MoveToAsync("2026-12-14 06:00");
        await StandingOrderScene.WorkAsync(payer);
        await scene.Bank.BookAsync(Bank.Payment(await scene.Bank.OpenAccountAsync(10), scene.From, 10));
        await scene.MoveToAsync("2026-12-14 10:00");
        await StandingOrderScene.WorkAsync(payer);
        Assert.Equal("12-14 Booked", await scene.PaymentsAsync(order));
        Assert.Equal(9, await scene.BalanceAsync(scene.From));
        Assert.Equal("", await scene.EventsAsync());
    }

    [Fact]
    public async Task PayAsync_PayeeIsClosed_PausesTheOrderAndSaysSo()
    {
        await using var scene = await StandingOrderScene.OpenAsync(server, 1_000);
        var order = await scene.OrderAsync("2026-12-14", StandingOrderFrequency.Weekly);
        await scene.Bank.ChangeTermsAsync(scene.To, terms => terms with { Closed = true });
        await scene.MoveToAsync("2026-12-14 06:00");
        await StandingOrderScene.WorkAsync(scene.NewPayer());
        Assert.Equal("12-14 Failed PayeeCannotReceive", await scene.PaymentsAsync(order));
        var paused = await scene.FindAsync(order);
        Assert.Equal(
            (StandingOrderState.Paused, StandingOrderPauseCause.PayeeCannotReceive, null),
            (paused.State, paused.PauseCause, paused.NextDueOn));
        Assert.Equal("10", await scene.EventsAsync());

        await scene.MoveToAsync("2027-01-30 12:00");
        await StandingOrderScene.WorkAsync(scene.NewPayer());
        Assert.Equal("12-14 Failed PayeeCannotReceive", await scene.PaymentsAsync(order));
    }

    /// <summary>The last payment of an order has failed, and there is nothing to resume.</summary>
    [Fact]
    public async Task PayAsync_PayeeOfTheLastPaymentIsClosed_SaysThatItFailed()
    {
        await using var scene = await StandingOrderScene.OpenAsync(server, 1_000);
        var order = await scene.OrderAsync("2026-12-14");
        await scene.Bank.ChangeTermsAsync(scene.To, terms => terms with { Closed = true });
        await scene.MoveToAsync("2026-12-14 06:00");
        await StandingOrderScene.WorkAsync(scene.NewPayer());
        Assert.Equal("9", await scene.EventsAsync());
        Assert.Equal(StandingOrderState.Completed, (await scene.FindAsync(order)).State);
    }

    /// <summary>The clock of a silo runs ahead by a year.</summary>
    [Fact]
    public async Task PayAsync_SiloThinksItIsLater_PaysNothingBeforeTheDatabaseDoes()
    {
        await using var scene = await StandingOrderScene.OpenAsync(server, 1_000);
        var order = await scene.OrderAsync("2026-12-14", StandingOrderFrequency.Weekly);
        scene.MoveSilos("2027-12-14 12:00");
        await StandingOrderScene.WorkAsync(scene.NewPayer());
        Assert.Equal("", await scene.PaymentsAsync(order));
        Assert.Equal(1_000, await scene.BalanceAsync(scene.From));
    }

    [Fact]
    public async Task MakeDueAsync_RowOfAnotherOrderIsLocked_MakesTheRest()
    {
        await using var scene = await StandingOrderScene.OpenAsync(server, 1_000);
        var (locked, free) = (await scene.OrderAsync("2026-12-14"), await scene.OrderAsync("2026-12-14"));
        await using var holder = await scene.Bank.Database.Corruptor.OpenConnectionAsync(Stop);
        await using var hold = await holder.BeginTransactionAsync(Stop);
        await using (var command = new NpgsqlCommand(
            $"select from bank.standing_order where order_id = '{locked}' for update", holder))
        {
            await command.ExecuteNonQueryAsync(Stop);
        }

        await scene.MoveToAsync("2026-12-14 06:00");
        var payer = scene.NewPayer();
        Assert.Equal(1, await payer.MakeDueAsync(Stop));
        await payer.PayAsync(Stop);
        Assert.Equal(("", "12-14 Booked"), (await scene.PaymentsAsync(locked), await scene.PaymentsAsync(free)));
    }

    /// <summary>The bank was down for three weeks: nothing is lost, and nothing doubled.</summary>
    [Fact]
    public async Task PayAsync_AfterMissedDays_PaysEachOfThem()
    {
        await using var scene = await StandingOrderScene.OpenAsync(server, 1_000);
        var order = await scene.OrderAsync("2026-12-14", StandingOrderFrequency.Weekly, payments: 4);
        await scene.MoveToAsync("2027-01-02 03:00");
        var silos = new[] { scene.NewPayer(), scene.NewPayer() };
        await Task.WhenAll(silos.Select(StandingOrderScene.WorkAsync));
        Assert.Equal("12-14 Booked, 12-21 Booked, 12-28 Booked", await scene.PaymentsAsync(order));
        Assert.Equal(700, await scene.BalanceAsync(scene.From));
        var after = await scene.FindAsync(order);
        Assert.Equal((StandingOrderScene.Day("2027-01-05"), 3), (after.NextDueOn, after.PaymentsMade));
        await scene.Bank.AssertSoundAsync();
    }

    /// <summary>A silo died between the commit of the payment and its own note of it.</summary>
    [Fact]
    public async Task PayAsync_SiloDiedBehindTheCommit_FindsThePaymentAndMakesNoOther()
    {
        await using var scene = await StandingOrderScene.OpenAsync(server, 1_000);
        var order = await scene.OrderAsync("2026-12-14");
        await scene.MoveToAsync("2026-12-14 06:00");
        var payer = scene.NewPayer();
        await payer.MakeDueAsync(Stop);
        var taken = await scene.TakeUpAsync();
        await scene.Bank.BookAsync(taken.ToOrder());

        // Others leave it alone for the time of the lease.
        Assert.Equal(0, await payer.PayAsync(Stop));
        await scene.MoveToAsync("2026-12-14 06:01");
        Assert.Equal(1, await payer.PayAsync(Stop));
        Assert.Equal("12-14 Booked", await scene.PaymentsAsync(order));
        Assert.Equal(900, await scene.BalanceAsync(scene.From));

        // The one that was thought dead wakes up.
        await payer.PayAsync(taken, tells: true, Stop);
        Assert.Equal((900, 100), (await scene.BalanceAsync(scene.From), await scene.BalanceAsync(scene.To)));
    }

    [Fact]
    public async Task SettleAsync_NothingIsRecordedOfTheAttempt_IsRefusedByTheDatabase()
    {
        await using var scene = await StandingOrderScene.OpenAsync(server, 1_000);
        var order = await scene.OrderAsync("2026-12-14");
        await scene.MoveToAsync("2026-12-14 06:00");
        await scene.NewPayer().MakeDueAsync(Stop);
        var taken = await scene.TakeUpAsync();
        var exception = await Assert.ThrowsAsync<PostgresException>(
            () => scene.Store.SettleAsync(taken, scene.Bank.Time.GetUtcNow(), null, Reason.InsufficientFunds, true, Stop));
        Assert.Equal(PostgresErrorCodes.AssertFailure, exception.SqlState);
        Assert.Equal("12-14 Due", await scene.PaymentsAsync(order));
    }

    /// <summary>What an order says later is not for a payment that is due, and no silo may change that.</summary>
    [Fact]
    public async Task MakeDueAsync_OrderIsChangedBehindIt_LeavesThePaymentAsItWasOrdered()
    {
        await using var scene = await StandingOrderScene.OpenAsync(server, 1_000);
        var order = await scene.OrderAsync("2026-12-14", StandingOrderFrequency.Monthly);
        await scene.MoveToAsync("2026-12-14 05:00");
        var payer = scene.NewPayer();
        await payer.MakeDueAsync(Stop);
        var row = (await scene.Store.FindAsync(order, Stop))!;
        Assert.True((await scene.Store.ChangeAsync(
            row, row.Order with { Amount = row.Order.Amount with { Minor = 500 } },
            new NextDate(row.Place, row.Order.NextDueOn, false), row.CalendarVersion, scene.Session, null, Stop)).Value);
        foreach (var column in (string[])["amount_minor", "credit_account_id", "transfer_id", "attempt", "state"])
        {
            var exception = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(
                scene.Bank.Database.Silo, $"update bank.standing_order_payment set {column} = {column}"));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, exception.SqlState);
        }

        await scene.MoveToAsync("2026-12-14 06:00");
        await StandingOrderScene.WorkAsync(payer);
        Assert.Equal(900, await scene.BalanceAsync(scene.From));
        await scene.MoveToAsync("2027-01-14 06:00");
        await StandingOrderScene.WorkAsync(payer);
        Assert.Equal(400, await scene.BalanceAsync(scene.From));
    }

    [Theory]
    [InlineData(StandingOrderState.Cancelled)]
    [InlineData(StandingOrderState.Paused)]
    public async Task PayAsync_OrderIsStoppedWhileAPaymentIsDue_GivesItUpForGood(StandingOrderState stopped)
    {
        await using var scene = await StandingOrderScene.OpenAsync(server, 1_000);
        var order = await scene.OrderAsync("2026-12-14", StandingOrderFrequency.Weekly);
        await scene.MoveToAsync("2026-12-14 05:00");
        var payer = scene.NewPayer();
        await payer.MakeDueAsync(Stop);
        await scene.ChangeAsync(order, before => before with
        {
            State = stopped, PauseCause = stopped == StandingOrderState.Paused ? StandingOrderPauseCause.Customer : null,
        });
        await scene.MoveToAsync("2027-03-01 06:00");
        await StandingOrderScene.WorkAsync(payer);
        Assert.Equal("12-14 GivenUp Abandoned", await scene.PaymentsAsync(order));
        Assert.Empty(await scene.Store.ListOpenAsync(scene.From.Id, DateOnly.MinValue, Stop));
        Assert.Equal(1_000, await scene.BalanceAsync(scene.From));
        Assert.Equal(stopped == StandingOrderState.Paused ? "10" : "", await scene.EventsAsync());
        // What was given up is no failure that could be tried again.
        Assert.False((await scene.Store.RetryAsync(
            order, StandingOrderScene.Day("2026-12-14"), 1, Guid.NewGuid(), scene.Session, scene.Bank.Time.GetUtcNow(), Stop)).Value);
    }

    /// <summary>A silo has reckoned what comes behind a date, and the customer has said how many payments there are meanwhile.</summary>
    [Theory]
    [InlineData(null, 1, "12-14 Booked", StandingOrderState.Completed)]
    [InlineData(1, 12, "12-14 Booked, 01-14 Booked", StandingOrderState.Active)]
    public async Task AdvanceAsync_TermsHaveChangedSinceTheOrderWasRead_GoesByTheNewOnes(
        int? payments, int changed, string paid, StandingOrderState state)
    {
        await using var scene = await StandingOrderScene.OpenAsync(server, 1_000);
        var order = await scene.OrderAsync("2026-12-14", StandingOrderFrequency.Monthly, payments: payments);
        await scene.MoveToAsync("2026-12-14 00:01");
        var row = (await scene.Store.FindAsync(order, Stop))!;
        var days = await scene.Calendar.ReadAsync(StandingOrderScene.Day("2026-11-01"), Stop);
        var next = StandingOrderRules.Next(row.Order.Schedule, row.Place + 1, row.Order.PaymentsMade + 1, days);
        var terms = row.Order with { Schedule = row.Order.Schedule with { PaymentsMax = changed } };
        Assert.True((await scene.Store.ChangeAsync(
            row, terms, StandingOrderRules.Next(terms.Schedule, row.Place, 0, days), days.Version, scene.Session, null, Stop)).Value);
        Assert.False(await scene.Store.AdvanceAsync(row, scene.Bank.Time.GetUtcNow(), next, days.Version, Stop));

        foreach (var morning in (string[])["2026-12-14 06:00", "2027-01-14 06:00"])
        {
            await scene.MoveToAsync(morning);
            await StandingOrderScene.WorkAsync(scene.NewPayer());
        }

        Assert.Equal(paid, await scene.PaymentsAsync(order));
        Assert.Equal(state, (await scene.FindAsync(order)).State);
    }

    /// <summary>The pause, the audit trail and the security log are one transaction.</summary>
    [Fact]
    public async Task ChangeAsync_PausedByStaff_IsOnRecordOrDoesNotHappen()
    {
        await using var scene = await StandingOrderScene.OpenAsync(server, 1_000);
        var order = await scene.OrderAsync("2026-12-14");
        var row = (await scene.Store.FindAsync(order, Stop))!;
        foreach (var (table, others) in (IEnumerable<(string, string)>)
        [
            ("audit", "action <> 'pause-standing-order'"), ("security_event", "kind <> 30"),
        ])
        {
            await TestDatabase.ExecuteAsync(scene.Bank.Database.Owner, $"alter table bank.{table} add constraint full_up check ({others})");
            await Assert.ThrowsAsync<PostgresException>(PauseAsync);
            Assert.Equal(row, await scene.Store.FindAsync(order, Stop));
            await TestDatabase.ExecuteAsync(scene.Bank.Database.Owner, $"alter table bank.{table} drop constraint full_up");
        }

        Assert.Equal("", await scene.EventsAsync());
        Assert.Equal("", await RecordAsync());
        Assert.True((await PauseAsync()).Value);
        var paused = await scene.FindAsync(order);
        Assert.Equal((StandingOrderState.Paused, StandingOrderPauseCause.Staff), (paused.State, paused.PauseCause));
        // From the same reading: it has moved on, and nothing is written.
        Assert.False((await PauseAsync()).Value);
        Assert.Equal($"desk-1 pause-standing-order {{\"why\": \"thirri\", \"standingOrder\": \"{order}\"}} 30", await RecordAsync());
        Assert.Equal("10", await scene.EventsAsync());

        Task<Result<bool>> PauseAsync() => scene.Store.ChangeAsync(
            row, row.Order with { State = StandingOrderState.Paused, PauseCause = StandingOrderPauseCause.Staff, NextDueOn = null },
            new NextDate(row.Place, null, false), row.CalendarVersion, null,
            new StaffPause(Bank.Desk, "thirri", scene.Bank.Time.GetUtcNow()), Stop);

        Task<string> RecordAsync() => TestDatabase.ReadAsync<string>(scene.Bank.Database.Owner, $"""
            select concat_ws(' ', (select string_agg(concat_ws(' ', staff, action, detail::text), ', ') from bank.audit
                                    where action = 'pause-standing-order'),
                                  (select string_agg(kind::text, ', ') from bank.security_event
                                    where customer_number = {scene.From.CustomerNumber!.Value.Value}))
            """);
    }

    [Fact]
    public async Task RetryAsync_TheSameRequestTwice_IsOneAttempt()
    {
        await using var scene = await StandingOrderScene.OpenAsync(server, 99);
        var order = await scene.OrderAsync("2026-12-14");
        var payer = scene.NewPayer();
        await scene.MoveToAsync("2026-12-14 18:30");
        await StandingOrderScene.WorkAsync(payer);
        Assert.Equal("12-14 Failed InsufficientFunds", await scene.PaymentsAsync(order));

        var (day, request) = (StandingOrderScene.Day("2026-12-14"), Guid.NewGuid());
        for (var i = 0; i < 2; i++)
        {
            var (_, attempt, _) = (await scene.Store.FindPaymentAsync(order, day, Stop))!.Value;
            await scene.Store.RetryAsync(order, day, attempt, request, scene.Session, scene.Bank.Time.GetUtcNow(), Stop);
            await StandingOrderScene.WorkAsync(payer);
        }

        Assert.Equal(2, await AttemptsAsync(scene));
        await scene.Bank.BookAsync(Bank.Payment(await scene.Bank.OpenAccountAsync(10), scene.From, 10));
        await scene.Store.RetryAsync(order, day, 2, Guid.NewGuid(), scene.Session, scene.Bank.Time.GetUtcNow(), Stop);
        await StandingOrderScene.WorkAsync(payer);
        Assert.Equal("12-14 Booked", await scene.PaymentsAsync(order));
        // Twice: nobody waited for the answer here.
        Assert.Equal("9 9", await scene.EventsAsync());
    }

    [Fact]
    public async Task PauseNew_CustomerReportsAnFnp_StopsWhatWasConfirmedOfLate()
    {
        await using var scene = await StandingOrderScene.OpenAsync(server, 1_000);
        var old = await scene.OrderAsync("2026-12-20", StandingOrderFrequency.Monthly);
        await scene.MoveToAsync("2026-12-18 12:00");
        var recent = await scene.OrderAsync("2026-12-22", StandingOrderFrequency.Monthly);
        var last = await scene.OrderAsync("2026-12-21");
        await scene.MoveToAsync("2026-12-21 05:00");
        var payer = scene.NewPayer();
        await StandingOrderScene.WorkAsync(payer);
        await using (var connection = await scene.Bank.Database.Silo.OpenConnectionAsync(Stop))
            await scene.ReportAsync(connection);

        Assert.Equal(
            (StandingOrderState.Active, null), ((await scene.FindAsync(old)).State, (await scene.FindAsync(old)).PauseCause));
        Assert.Equal(
            (StandingOrderState.Paused, StandingOrderPauseCause.FnpReported),
            ((await scene.FindAsync(recent)).State, (await scene.FindAsync(recent)).PauseCause));
        Assert.Equal("10 10", await scene.EventsAsync());
        // Its only payment was due already.
        await scene.MoveToAsync("2026-12-21 06:00");
        await StandingOrderScene.WorkAsync(payer);
        Assert.Equal("12-21 GivenUp Abandoned", await scene.PaymentsAsync(last));
        Assert.Equal("12-21 Booked", await scene.PaymentsAsync(old));
        Assert.Equal(900, await scene.BalanceAsync(scene.From));
    }

    /// <summary>Of an order of long ago: whoever holds the phone has tried again what failed, and its silo is gone.</summary>
    [Theory]
    [InlineData(true, "12-14 GivenUp Abandoned")]
    [InlineData(false, "12-14 Booked")]
    public async Task PauseNew_PaymentIsTriedAgain_IsNotBookedAfterTheReport(bool reported, string expected)
    {
        await using var scene = await StandingOrderScene.OpenAsync(server, 99);
        var order = await scene.OrderAsync("2026-12-14", StandingOrderFrequency.Monthly);
        await scene.MoveToAsync("2026-12-14 18:00");
        var payer = scene.NewPayer();
        await StandingOrderScene.WorkAsync(payer);
        await scene.MoveToAsync("2027-01-05 12:00");
        await scene.Bank.BookAsync(Bank.Payment(await scene.Bank.OpenAccountAsync(10), scene.From, 10));
        Assert.True((await scene.Store.RetryAsync(
            order, StandingOrderScene.Day("2026-12-14"), 1, Guid.NewGuid(), scene.Session, scene.Bank.Time.GetUtcNow(), Stop)).Value);
        if (reported)
        {
            await using var connection = await scene.Bank.Database.Silo.OpenConnectionAsync(Stop);
            await scene.ReportAsync(connection);
        }

        await StandingOrderScene.WorkAsync(payer);
        Assert.Equal(expected, await scene.PaymentsAsync(order));
        // The order itself goes on.
        Assert.Equal(StandingOrderState.Active, (await scene.FindAsync(order)).State);
    }

    public enum Written
    {
        Created,
        Changed,
        Resumed,
        Retried,
    }

    /// <summary>The report comes first, and is not committed yet when somebody else's order is written.</summary>
    [Theory]
    [InlineData(Written.Created)]
    [InlineData(Written.Changed)]
    [InlineData(Written.Resumed)]
    [InlineData(Written.Retried)]
    public async Task Write_WhileTheCustomerReportsAnFnp_WritesNothing(Written written)
    {
        await using var scene = await StandingOrderScene.OpenAsync(server, 99);
        var order = await scene.OrderAsync("2026-12-14", StandingOrderFrequency.Monthly);
        await scene.MoveToAsync("2026-12-14 18:00");
        await StandingOrderScene.WorkAsync(scene.NewPayer());
        // Long before the report, which leaves it alone.
        await scene.MoveToAsync("2027-01-05 12:00");
        if (written == Written.Resumed)
        {
            await scene.ChangeAsync(order, before => before with
            {
                State = StandingOrderState.Paused, PauseCause = StandingOrderPauseCause.Customer,
            });
        }

        var row = (await scene.Store.FindAsync(order, Stop))!;
        var created = scene.Command("2027-02-01");
        await using var connection = await scene.Bank.Database.Silo.OpenConnectionAsync(Stop);
        await using var report = await connection.BeginTransactionAsync(Stop);
        await scene.ReportAsync(connection);
        var writing = WriteAsync();
        await TestDatabase.WaitForLockAsync(scene.Bank.Database.Silo, writing);
        await report.CommitAsync(Stop);

        Assert.Equal(Reason.SessionEnded, await writing);
        Assert.Equal(row, await scene.Store.FindAsync(order, Stop));
        Assert.Null(await scene.Store.FindAsync(created.Id, Stop));
        Assert.Equal("12-14 Failed InsufficientFunds", await scene.PaymentsAsync(order));

        async Task<Reason?> WriteAsync() => written switch
        {
            Written.Created => await scene.AddAsync(created, scene.To),
            Written.Retried => (await scene.Store.RetryAsync(
                order, StandingOrderScene.Day("2026-12-14"), 1, Guid.NewGuid(), scene.Session, scene.Bank.Time.GetUtcNow(), Stop))
                .Refusal?.Reason,
            _ => (await scene.Store.ChangeAsync(
                row,
                row.Order with { Amount = row.Order.Amount with { Minor = 90 }, State = StandingOrderState.Active, PauseCause = null },
                new NextDate(row.Place, StandingOrderScene.Day("2027-01-14"), false), row.CalendarVersion, scene.Session, null, Stop))
                .Refusal?.Reason,
        };
    }

    /// <summary>The order comes first, and is not committed yet when the report is written.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Report_WhileAnOrderIsWritten_WaitsForItAndPausesIt(bool created)
    {
        await using var scene = await StandingOrderScene.OpenAsync(server, 1_000);
        var order = await scene.OrderAsync("2026-12-14", StandingOrderFrequency.Monthly);
        await scene.MoveToAsync("2027-01-05 12:00");
        await StandingOrderScene.WorkAsync(scene.NewPayer());
        var customer = scene.From.CustomerNumber!.Value.Value;
        await using var connection = await scene.Bank.Database.Silo.OpenConnectionAsync(Stop);
        await using var writing = await connection.BeginTransactionAsync(Stop);
        await using (var write = new NpgsqlCommand(
            created
                ? $"select bank.add_standing_order('{Guid.NewGuid()}', {customer}, '{scene.Session}', {scene.From.Id}, {scene.To.Id}, 100, "
                    + "'qira', 1::smallint, '2027-02-01', null, null, 1::smallint, 0, '2027-02-01', 1, 100)"
                : $"select bank.change_standing_order('{order}', 1, 200, 'qira', null, null, 1::smallint, null, 1, '2027-01-14', 1, "
                    + $"'{scene.Session}', null, null)",
            connection))
        {
            Assert.Equal(true, await write.ExecuteScalarAsync(Stop));
        }

        var reporting = ReportAsync();
        await TestDatabase.WaitForLockAsync(scene.Bank.Database.Silo, reporting);
        await writing.CommitAsync(Stop);
        await reporting;
        Assert.Equal(
            created ? "1 2" : "2",
            await TestDatabase.ReadAsync<string>(
                scene.Bank.Database.Owner, "select string_agg(state::text, ' ' order by state) from bank.standing_order"));

        async Task ReportAsync()
        {
            await using var other = await scene.Bank.Database.Silo.OpenConnectionAsync(Stop);
            await scene.ReportAsync(other);
        }
    }

    /// <summary>{0} is a payment that is booked, {1} one that failed.</summary>
    [Theory]
    [InlineData("update bank.standing_order_payment set amount_minor = 101 where order_id = '{0}'", "booked or failed")]
    [InlineData("update bank.standing_order_payment set credit_account_id = debit_account_id where order_id = '{0}'", "booked or failed")]
    [InlineData("update bank.standing_order_payment set state = 3 where order_id = '{0}'", "booked or failed")]
    [InlineData("update bank.standing_order_payment set state = 2 where order_id = '{1}'", "booked or failed")]
    [InlineData("update bank.standing_order_payment set transfer_id = gen_random_uuid() where order_id = '{1}'", "booked or failed")]
    [InlineData(
        "update bank.standing_order_payment set transfer_id = gen_random_uuid(), state = 1, attempt_after = now() where order_id = '{0}'",
        "one payment each")]
    public async Task VerifyAsync_PaymentIsNotAsItsTransfer_IsNamed(string corruption, string invariant)
    {
        await using var scene = await StandingOrderScene.OpenAsync(server, 100);
        var (booked, failed) = (await scene.OrderAsync("2026-12-14"), await scene.OrderAsync("2026-12-15"));
        await scene.MoveToAsync("2026-12-15 18:00");
        await StandingOrderScene.WorkAsync(scene.NewPayer());
        Assert.Equal(
            ("12-14 Booked", "12-15 Failed InsufficientFunds"), (await scene.PaymentsAsync(booked), await scene.PaymentsAsync(failed)));
        await scene.Bank.AssertSoundAsync();
        await TestDatabase.ExecuteAsync(
            scene.Bank.Database.Corruptor, string.Format(CultureInfo.InvariantCulture, corruption, booked, failed));
        var report = await new LedgerVerifier(scene.Bank.Database.Silo).VerifyAsync(Stop);
        Assert.Contains(report.Violations, violation => violation.Contains(invariant, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AddAsync_AsManyAsOneMayHave_AddsNoFurtherOne()
    {
        await using var scene = await StandingOrderScene.OpenAsync(server, 1_000);
        var command = scene.Command("2026-12-14");
        Assert.Null(await scene.AddAsync(command, scene.To, ordersMax: 1));
        Assert.Equal(Reason.TooManyStandingOrders, await scene.AddAsync(scene.Command("2026-12-14"), scene.To, ordersMax: 1));
        // The same again is there.
        Assert.Null(await scene.AddAsync(command, scene.To, ordersMax: 1));
    }

    /// <summary>A lunar holiday is announced for another day than was thought.</summary>
    [Fact]
    public async Task ReckonAsync_CalendarChanges_MovesWhatIsNotDueYet()
    {
        await using var scene = await StandingOrderScene.OpenAsync(server, 1_000);
        var (moved, due) = (await scene.OrderAsync("2026-12-17"), await scene.OrderAsync("2026-12-11"));
        var payer = scene.NewPayer();
        await scene.MoveToAsync("2026-12-11 05:00");
        await StandingOrderScene.WorkAsync(payer);
        foreach (var day in (string[])["2026-12-11", "2026-12-17"])
        {
            await TestDatabase.ExecuteAsync(
                scene.Bank.Database.Owner,
                "insert into bank.calendar_day (day, works, name, source, is_estimate) "
                + $"values ('{day}', false, 'Day off', 'decree', false)");
        }

        await StandingOrderScene.WorkAsync(payer);
        Assert.Equal(StandingOrderScene.Day("2026-12-18"), (await scene.FindAsync(moved)).NextDueOn);
        Assert.Equal("12-11 Due", await scene.PaymentsAsync(due));
        await scene.MoveToAsync("2026-12-18 06:00");
        await StandingOrderScene.WorkAsync(payer);
        Assert.Equal(("12-18 Booked", "12-11 Booked"), (await scene.PaymentsAsync(moved), await scene.PaymentsAsync(due)));
    }

    [Fact]
    public async Task PayAsync_ManyDueTogether_TakesNoMoreAtOnceThanItsShare()
    {
        await using var scene = await StandingOrderScene.OpenAsync(server, 1_000);
        for (var i = 0; i < 7; i++)
            await scene.OrderAsync("2026-12-14", amount: i + 1);
        await scene.MoveToAsync("2026-12-14 06:00");
        var payer = scene.NewPayer(new StandingOrderOptions { ConcurrencyMax = 3 });
        Assert.Equal(7, await payer.MakeDueAsync(Stop));
        Assert.Equal((3, 3, 1, 0), (await payer.PayAsync(Stop), await payer.PayAsync(Stop), await payer.PayAsync(Stop),
            await payer.PayAsync(Stop)));
        Assert.Equal(1_000 - 28, await scene.BalanceAsync(scene.From));
    }

    private static Task<long> AttemptsAsync(StandingOrderScene scene) => TestDatabase.ReadAsync<long>(
        scene.Bank.Database.Owner, "select count(*) from bank.transfer where originator = 3");
}
