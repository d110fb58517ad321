using BktSmart.BusinessDay;
using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;

namespace BktSmart.Tests.Storage;

/// <summary>R13: what end-of-day does once the date has changed.</summary>
public sealed class EndOfDayTest(TestServer server)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DoPartAsync_DayOfAllKinds_TotalsAndMovementsAreWhatWasBooked()
    {
        var scene = await EndOfDayScene.OpenAsync(server);
        await BookAllKindsAsync(scene.Bank);
        await scene.FinishAsync(await scene.EndAsync());
        var booked = await BookAllKindsAsync(scene.Bank);
        var date = await scene.EndAsync();
        // Already of the next date.
        await BookAllKindsAsync(scene.Bank);

        var report = await scene.FinishAsync(date);
        Assert.Empty(await scene.FindingsAsync(date));
        Assert.Equal(TotalsOf(booked), report.Totals);
        Assert.Equal(MovementsOf(booked), report.Movements);
        Assert.All(report.Steps, step => Assert.Equal((step.Total, 1), (step.Done, step.Runs)));
        Assert.NotNull(report.Heads);
        await scene.Bank.AssertSoundAsync();
    }

    /// <summary>Whichever part it was that a silo did last, another one does the next, and nothing counts twice.</summary>
    [Fact]
    public async Task DoPartAsync_SiloDiesBehindEachPart_AnotherGoesOn()
    {
        var scene = await EndOfDayScene.OpenAsync(server);
        var booked = await BookAllKindsAsync(scene.Bank);
        var date = await scene.EndAsync();
        var silos = 0;
        while (await scene.NewSilo($"silo-{silos}").DoPartAsync(Stop))
            await EndSiloAsync(scene, $"silo-{silos++}");

        var report = await scene.ReadAsync(date);
        Assert.True(report.IsClosed);
        Assert.InRange(silos, 10, int.MaxValue);
        Assert.Equal(TotalsOf(booked), report.Totals);
        Assert.Empty(await scene.FindingsAsync(date));
    }

    /// <summary>A silo that slept through its lease wakes and does its part beside the one that took over.</summary>
    [Fact]
    public async Task DoPartAsync_TwoSilosDoTheSamePart_CountsOnce()
    {
        var scene = await EndOfDayScene.OpenAsync(server);
        var booked = await BookAllKindsAsync(scene.Bank);
        var date = await scene.EndAsync();
        var works = scene.NewWorks();
        await scene.Store.PlanAsync([.. works.Select(work => work.Step)], Stop);
        while (await scene.Store.TakeStepAsync("silo-1", [.. works.Select(work => work.Step)], TimeSpan.FromMinutes(1), Stop) is { } step)
        {
            var work = works.Single(work => work.Step == step.Step);
            await Task.WhenAll(work.DoPartAsync(step, Stop), work.DoPartAsync(step, Stop), work.DoPartAsync(step, Stop));
        }

        var report = await scene.ReadAsync(date);
        Assert.Equal(TotalsOf(booked), report.Totals);
        Assert.Equal(MovementsOf(booked), report.Movements);
        Assert.Empty(await scene.FindingsAsync(date));
    }

    [Fact]
    public async Task TakeStepAsync_AnotherSiloIsAtIt_GivesItBehindTheLeaseOrTheSilo()
    {
        var scene = await EndOfDayScene.OpenAsync(server);
        await scene.EndAsync();
        EndOfDayStep[] known = [EndOfDayStep.Accounts, EndOfDayStep.Batches];
        await scene.Store.PlanAsync(known, Stop);
        var lease = TimeSpan.FromMinutes(1);
        Assert.Null(await scene.Store.TakeStepAsync("silo-1", [EndOfDayStep.Batches], lease, Stop));
        Assert.Equal(EndOfDayStep.Accounts, (await scene.Store.TakeStepAsync("silo-1", known, lease, Stop))?.Step);
        Assert.Null(await scene.Store.TakeStepAsync("silo-2", known, lease, Stop));
        Assert.NotNull(await scene.Store.TakeStepAsync("silo-1", known, lease, Stop));
        await EndSiloAsync(scene, "silo-1");
        Assert.NotNull(await scene.Store.TakeStepAsync("silo-2", known, lease, Stop));
        await TestDatabase.ExecuteAsync(scene.Bank.Database.Owner, "update bank.end_of_day_step set leased_until = clock_timestamp()");
        Assert.NotNull(await scene.Store.TakeStepAsync("silo-3", known, lease, Stop));
    }

    [Theory]
    [InlineData(
        "update bank.posting set amount_minor = amount_minor + 1 where {payee}", "Accounts {payee}", "Batches ALL", "Batches {batch}")]
    [InlineData("update bank.posting set balance_after_minor = balance_after_minor + 1 where {payee}", "Accounts {payee}")]
    [InlineData("delete from bank.posting where {payee}", "Accounts {payee}", "Batches ALL", "Batches {batch}")]
    [InlineData("update bank.account set balance_minor = balance_minor + 1 where account_id = {payee}", "Accounts {payee}")]
    [InlineData("update bank.transfer set reference = 'x' where {transfer}", "Batches {batch}")]
    [InlineData("update bank.batch set content_hash = sha256('') where {id}", "Batches {batch}")]
    public async Task DoPartAsync_SomethingIsBroken_SetsItAsideUntilItIsMended(string corruption, params string[] findings)
    {
        var scene = await EndOfDayScene.OpenAsync(server);
        var bank = scene.Bank;
        var (payer, payee) = (await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync());
        await BookAllKindsAsync(bank);
        var payment = await bank.BookAsync(Bank.Payment(payer, payee, 30));
        var batch = await TestDatabase.ReadAsync<long>(
            bank.Database.Owner, $"select batch_id from bank.transfer where transfer_id = '{payment.Id}'");
        await BookAllKindsAsync(bank);
        var date = await scene.EndAsync();

        var sound = await CopyAsync(scene);
        await scene.CorruptAsync(Name(corruption));
        await scene.FinishAsync(date);
        Assert.Equal(findings.Select(Name).Order(StringComparer.Ordinal), (await scene.FindingsAsync(date)).Order(StringComparer.Ordinal));

        // As long as it is broken, it stays so.
        await scene.RetryAsync(date);
        await scene.FinishAsync(date);
        Assert.NotEmpty(await scene.FindingsAsync(date));
        await scene.CorruptAsync(sound);
        await scene.RetryAsync(date);
        var report = await scene.FinishAsync(date);
        Assert.Empty(await scene.FindingsAsync(date));
        Assert.Equal([3, 3, 1], report.Steps.Select(step => step.Runs));
        Assert.All(report.Steps, step => Assert.Equal((step.Total, 0), (step.Done, step.Findings)));
        await bank.AssertSoundAsync();

        string Name(string text) => text
            .Replace("where {payee}", $"where account_id = {payee.Id} and sequence_number = 1", StringComparison.Ordinal)
            .Replace("{payee}", $"{payee.Id}", StringComparison.Ordinal)
            .Replace("{transfer}", $"transfer_id = '{payment.Id}'", StringComparison.Ordinal)
            .Replace("{id}", $"batch_id = {batch}", StringComparison.Ordinal)
            .Replace("{batch}", $"{batch}", StringComparison.Ordinal);
    }

    /// <summary>What was counted is compared, and not only taken.</summary>
    [Fact]
    public async Task DoPartAsync_TotalsAndMovementsDiffer_NamesTheCurrency()
    {
        var scene = await EndOfDayScene.OpenAsync(server);
        await BookAllKindsAsync(scene.Bank);
        var date = await scene.EndAsync();
        var silo = scene.NewSilo("silo-1");
        while ((await scene.ReadAsync(date)).Steps is not [{ FinishedAt: not null }, ..])
            await silo.DoPartAsync(Stop);
        await TestDatabase.ExecuteAsync(
            scene.Bank.Database.Owner, "update bank.end_of_day_movement set credits_minor = credits_minor + 1 where currency = 'EUR'");
        await scene.FinishAsync(date);
        Assert.Equal(["Batches EUR"], await scene.FindingsAsync(date));
    }

    [Fact]
    public async Task RestartAsync_NothingIsSetAside_ChangesNothing()
    {
        var scene = await EndOfDayScene.OpenAsync(server);
        await BookAllKindsAsync(scene.Bank);
        var date = await scene.EndAsync();
        var before = await scene.FinishAsync(date);
        await scene.RetryAsync(date);
        var after = await scene.ReadAsync(date);
        Assert.Equal(before.Steps, after.Steps);
        Assert.Equal(before.Totals, after.Totals);
        Assert.Equal(0, await scene.Store.RestartAsync(TimeSpan.Zero, Stop));
    }

    /// <summary>Heads that end-of-day noted are as good as those of a proof.</summary>
    [Fact]
    public async Task VerifyAsync_LedgerIsShorterThanTheHeadsOfADay_IsNamed()
    {
        var scene = await EndOfDayScene.OpenAsync(server);
        await BookAllKindsAsync(scene.Bank);
        await scene.FinishAsync(await scene.EndAsync());
        await scene.CorruptAsync("update bank.batch set hash = sha256('') where batch_id = (select max(batch_id) from bank.batch)");
        var report = await new LedgerVerifier(scene.Bank.Database.Silo).VerifyAsync(Stop);
        Assert.Contains(report.Violations, violation => violation.Contains("an earlier proof noted", StringComparison.Ordinal));
    }

    /// <summary>Against a count of all postings, over accounts with many dates and with none.</summary>
    [Fact]
    public async Task LastPostingUntil_AccountsOfManyDates_IsTheNaiveOne()
    {
        var database = await server.CreateDatabaseAsync();
        Assert.Empty(await TestDatabase.ReadAsync<string[]>(database.Corruptor, """
            set session_replication_role = replica;
            insert into bank.posting (
                account_id, sequence_number, transfer_id, amount_minor, balance_after_minor, booked_at, business_date)
            select account, n, gen_random_uuid(), 1, n, now(), date '2026-01-01' + (n * (account - 1000) % 997 / 37 + n / 9)::integer
              from generate_series(1001, 1040) as account
             cross join lateral generate_series(1, account - 1001) as n;
            update bank.posting p
               set business_date = (
                   select max(before.business_date)
                     from bank.posting before
                    where before.account_id = p.account_id
                      and before.sequence_number <= p.sequence_number);
            select coalesce(array_agg(account || '/' || day), '{}')
              from generate_series(1001, 1040) as account
             cross join generate_series(0, 40) as offset_days
             cross join lateral (select date '2025-12-30' + offset_days as day) d
             where bank.last_posting_until(account, account - 1001, day) <> (
                   select count(*) from bank.posting where account_id = account and business_date <= day)
            """));
    }

    /// <summary>Payments, a hold that is posted, one that is freed, legs of two accounts, an exchange, a reversal, and a refusal.</summary>
    private static async Task<List<RecordedTransfer>> BookAllKindsAsync(Bank bank)
    {
        var (payer, payee, euro) = (
            await bank.OpenAccountAsync(100_000), await bank.OpenAccountAsync(), await bank.OpenAccountAsync(50_000, "EUR"));
        var until = DateTimeOffset.UtcNow.AddDays(300);
        var fees = await bank.OwnAccountAsync("FEES-ALL");
        List<RecordedTransfer> booked = [];
        booked.AddRange(await DepositsAsync(payer, euro));
        await BookAsync(Bank.Payment(payer, payee, 300));
        var held = await BookAsync(Bank.Hold(payer, payee, 500, until));
        var freed = await BookAsync(Bank.Hold(payer, payee, 400, until));
        await BookAsync(Bank.EndHold(TransferKind.HoldPosting, held.Order, 200));
        await BookAsync(Bank.EndHold(TransferKind.HoldRelease, freed.Order));
        var linked = await BookAsync(Bank.Linked([(payer, payee, 1_000), (payer, fees, 25)]));
        await BookAsync(Bank.Payment(euro, await bank.OwnAccountAsync("POSITION-EUR"), 100) with
        {
            Kind = TransferKind.Exchange,
            FurtherLegs = [new FurtherLeg((await bank.OwnAccountAsync("POSITION-ALL")).Id, payer.Id, new Money(9_850, payer.Currency))],
            ExchangeRate = 98.50m,
        });
        await BookAsync(Bank.Reversal(linked.Order));
        Assert.NotNull((await bank.PostOneAsync(Bank.Payment(payee, payer, 9_999_999))).Refusal);
        return booked;

        async Task<RecordedTransfer> BookAsync(TransferOrder order)
        {
            booked.Add(await bank.BookAsync(order));
            return booked[^1];
        }

        async Task<IEnumerable<RecordedTransfer>> DepositsAsync(params AccountRegistration[] accounts)
        {
            var ids = await TestDatabase.ReadAsync<Guid[]>(bank.Database.Owner, $"""
                select array_agg(transfer_id)
                  from bank.posting
                 where sequence_number = 1
                   and account_id in ({string.Join(", ", accounts.Select(account => account.Id))})
                """);
            var deposits = new List<RecordedTransfer>();
            foreach (var id in ids)
                deposits.Add((await bank.Store.FindAsync(new TransferId(id), Stop))!);
            return deposits;
        }
    }

    private static IEnumerable<ControlTotal> TotalsOf(IReadOnlyCollection<RecordedTransfer> booked) =>
        from transfer in booked
        from leg in transfer.Order.AllLegs().Select((leg, i) => (leg.Amount, First: i == 0))
        group (leg, transfer.Order.Kind) by (leg.Amount.Currency, transfer.Order.Kind) into total
        orderby total.Key.Currency.Code, total.Key.Kind
        select new ControlTotal(
            total.Key.Currency, total.Key.Kind, total.Count(part => part.leg.First),
            total.Key.Kind.HasPostings ? total.Count() : 0, total.Sum(part => part.leg.Amount.Minor));

    private static IEnumerable<AccountMovement> MovementsOf(IReadOnlyCollection<RecordedTransfer> booked) =>
        from transfer in booked
        where transfer.Order.Kind.HasPostings
        from leg in transfer.Order.AllLegs()
        group leg by leg.Amount.Currency into moved
        orderby moved.Key.Code
        select new AccountMovement(
            moved.Key, moved.SelectMany(leg => (long[])[leg.DebitAccountId, leg.CreditAccountId]).Distinct().LongCount(),
            2 * moved.Count(), moved.Sum(leg => leg.Amount.Minor), moved.Sum(leg => leg.Amount.Minor));

    private static Task EndSiloAsync(EndOfDayScene scene, string silo) =>
        TestDatabase.ExecuteAsync(scene.Bank.Database.Owner, $"insert into bank.ended_silo (silo) values ('{silo}')");

    /// <summary>Statements that bring back what is there now.</summary>
    private static async Task<string> CopyAsync(EndOfDayScene scene)
    {
        string[] tables = ["posting", "account", "transfer", "batch"];
        await TestDatabase.ExecuteAsync(
            scene.Bank.Database.Corruptor,
            string.Concat(tables.Select(table => $"create table public.copy_of_{table} as table bank.{table};")));
        return string.Concat(tables.Select(table =>
            $"delete from bank.{table}; insert into bank.{table} overriding system value select * from public.copy_of_{table};"));
    }
}
