using BktSmart.Ledger;
using BktSmart.Payments;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>What customers set for payments, as it is stored.</summary>
public sealed class PaymentSettingsStoreTest(TestServer server)
{
    private static readonly DateTimeOffset Now = Bank.ToStored(DateTimeOffset.UtcNow);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private async Task<(Bank Bank, AccountRegistration Account, CustomerNumber Customer)> OpenAsync()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var account = await bank.OpenAccountAsync(1_000);
        return (bank, account, account.CustomerNumber!.Value);
    }

    private static Task<Reason?> TrustAsync(Bank bank, CustomerNumber customer, AccountRegistration payee, int max = 100) =>
        bank.TrustAsync(customer, payee, max, Now);

    private static Task<bool> DistrustAsync(Bank bank, CustomerNumber customer, AccountRegistration payee) =>
        bank.Payments.DistrustAsync(customer, payee.Id, Now, CancellationToken.None);

    /// <summary>Of the customer, whom each account trusts, and whom the customer does.</summary>
    private static Task<string> TrustedAsync(Bank bank, CustomerNumber customer) => TestDatabase.ReadAsync<string>(bank.Database.Owner, $"""
        select coalesce((select string_agg(distinct coalesce(trusted_payees, array[]::bigint[])::text, ' ')
                           from bank.account
                          where customer_number = {customer.Value}), '-')
            || ' of ' || (select array_agg(account_id order by trusted_payee_id) filter (where removed_at is null)
                            from bank.trusted_payee
                           where customer_number = {customer.Value})::text
        """);

    private static async Task AssertAllTrustAsync(Bank bank, CustomerNumber customer, params IEnumerable<AccountRegistration> payees)
    {
        var expected = $"{{{string.Join(',', payees.Select(payee => payee.Id))}}}";
        Assert.Equal($"{expected} of {expected}", await TrustedAsync(bank, customer));
    }

    [Fact]
    public async Task TrustAsync_SeveralAccounts_AllTrustThePayeesAndTheListNamesThemOldestFirst()
    {
        var (bank, _, customer) = await OpenAsync();
        await bank.OpenAccountAsync(customer: customer);
        var (second, first) = (await bank.OpenAccountAsync(), await bank.OpenAccountAsync());
        Assert.Null(await TrustAsync(bank, customer, first));
        Assert.Null(await TrustAsync(bank, customer, second));
        Assert.Null(await TrustAsync(bank, customer, first));
        await AssertAllTrustAsync(bank, customer, first, second);
        Assert.Equal(
            [new TrustedPayee(first.Iban!.Value, Now), new TrustedPayee(second.Iban!.Value, Now)],
            await bank.Payments.ListTrustedPayeesAsync(customer, CancellationToken.None));

        // Nobody else's.
        Assert.Empty(await bank.Payments.ListTrustedPayeesAsync(first.CustomerNumber!.Value, CancellationToken.None));
        Assert.Empty((await bank.StateAsync(first)).TrustedPayees);
    }

    [Fact]
    public async Task TrustAsync_MoreThanAllowed_IsRefusedAndChangesNothing()
    {
        var (bank, account, customer) = await OpenAsync();
        AccountRegistration[] payees = [await bank.OpenAccountAsync(), await bank.OpenAccountAsync(), await bank.OpenAccountAsync()];
        Assert.Null(await TrustAsync(bank, customer, payees[0], max: 2));
        Assert.Null(await TrustAsync(bank, customer, payees[1], max: 2));
        var before = await bank.StateAsync(account);

        Assert.Equal(Reason.TooManyTrustedPayees, await TrustAsync(bank, customer, payees[2], max: 2));
        var exception = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(
            bank.Database.Silo, $"select bank.set_trusted_payee({customer.Value}, null, {payees[2].Id}, true, 2, now())"));
        Assert.Equal("BK005", exception.SqlState);
        Assert.Equal(before.Version, (await bank.StateAsync(account)).Version);
        // One of them is no more than before.
        Assert.Null(await TrustAsync(bank, customer, payees[0], max: 2));
        await AssertAllTrustAsync(bank, customer, payees[..2]);

        Assert.True(await DistrustAsync(bank, customer, payees[0]));
        Assert.Null(await TrustAsync(bank, customer, payees[2], max: 2));
        await AssertAllTrustAsync(bank, customer, payees[1..]);
    }

    [Fact]
    public async Task TrustAsync_ManyAtOnce_NeverMoreThanAllowed()
    {
        var (bank, _, customer) = await OpenAsync();
        var payees = new List<AccountRegistration>();
        for (var i = 0; i < 8; i++)
            payees.Add(await bank.OpenAccountAsync());
        var trusted = await Task.WhenAll(payees.Select(payee => Task.Run(() => TrustAsync(bank, customer, payee, max: 3))));
        Assert.Equal(3, trusted.Count(reason => reason is null));
        Assert.Equal(3, (await bank.Payments.ListTrustedPayeesAsync(customer, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task DistrustAsync_TrustedOrNot_SaysWhetherThatWasAChangeAndKeepsTheHistory()
    {
        var (bank, account, customer) = await OpenAsync();
        var payee = await bank.OpenAccountAsync();
        Assert.False(await DistrustAsync(bank, customer, payee));
        Assert.Null(await TrustAsync(bank, customer, payee));
        // By a clock that was set back.
        Assert.True(await bank.Payments.DistrustAsync(customer, payee.Id, Now.AddHours(-1), CancellationToken.None));
        Assert.False(await DistrustAsync(bank, customer, payee));
        Assert.Empty((await bank.StateAsync(account)).TrustedPayees);
        Assert.Null(await TrustAsync(bank, customer, payee));
        await AssertAllTrustAsync(bank, customer, payee);
        Assert.Equal(2, await TestDatabase.ReadAsync<long>(bank.Database.Owner, "select count(*) from bank.trusted_payee"));
    }

    [Fact]
    public async Task OpenAsync_CustomerWhoTrustsPayees_TheNewAccountDoesSoToo()
    {
        var (bank, _, customer) = await OpenAsync();
        var (payee, other) = (await bank.OpenAccountAsync(), await bank.OpenAccountAsync());
        await TrustAsync(bank, customer, payee);
        await TrustAsync(bank, customer, other);
        await DistrustAsync(bank, customer, payee);
        await bank.OpenAccountAsync(customer: customer);
        await AssertAllTrustAsync(bank, customer, other);
    }

    /// <summary>The payees are the customer's, also before there is an account that could pay them.</summary>
    [Fact]
    public async Task OpenAsync_FirstAccountOfACustomerWhoTrustsPayees_DoesSoToo()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (customer, payee) = (await bank.OpenCustomerAsync(), await bank.OpenAccountAsync());
        await TrustAsync(bank, customer, payee);
        await bank.OpenAccountAsync(customer: customer);
        await AssertAllTrustAsync(bank, customer, payee);
    }

    [Fact]
    public async Task OpenAsync_WhileAPayeeIsAddedAndAnotherRemoved_AllAccountsTrustTheSame()
    {
        var (bank, _, customer) = await OpenAsync();
        var always = await bank.OpenAccountAsync();
        await TrustAsync(bank, customer, always);
        for (var i = 0; i < 25; i++)
        {
            var (added, removed) = (await bank.OpenAccountAsync(), await bank.OpenAccountAsync());
            await TrustAsync(bank, customer, removed);
            await Task.WhenAll(
                Task.Run(() => TrustAsync(bank, customer, added)),
                Task.Run(() => bank.OpenAccountAsync(customer: customer)),
                Task.Run(() => DistrustAsync(bank, customer, removed)));
            await AssertAllTrustAsync(bank, customer, always, added);
            await DistrustAsync(bank, customer, added);
        }
    }

    /// <summary>Of all accounts of the customer: they say the same.</summary>
    private static Task<string> RiskAsync(Bank bank, CustomerNumber customer) => TestDatabase.ReadAsync<string>(
        bank.Database.Owner,
        $"select string_agg(distinct coalesce(risk_raised_until::text, '-'), ' ') from bank.account where customer_number = {customer}");

    [Fact]
    public async Task RaiseRisk_SeveralAccounts_IsOnAllAndFencesWhatWasDecidedBefore()
    {
        var (bank, account, customer) = await OpenAsync();
        await bank.OpenAccountAsync(customer: customer);
        var (before, payee) = (await bank.StateAsync(account), await bank.OpenAccountAsync());
        var day = new DateOnly(2026, 12, 8);
        await RaiseAsync(day);
        Assert.Equal("2026-12-08", await RiskAsync(bank, customer));
        var raised = await bank.StateAsync(account);
        Assert.Equal((day, before.Version + 1), (raised.RiskRaisedUntil, raised.Version));
        Assert.Null((await bank.StateAsync(payee)).RiskRaisedUntil);

        await RaiseAsync(null);
        Assert.Equal("-", await RiskAsync(bank, customer));
        Assert.Equal(before.Version + 2, (await bank.StateAsync(account)).Version);

        async Task RaiseAsync(DateOnly? until)
        {
            await using var batch = bank.Database.Silo.CreateBatch();
            batch.BatchCommands.Add(PaymentSettingsStore.RaiseRisk(customer, until));
            await batch.ExecuteNonQueryAsync();
        }
    }

    private static readonly PaymentLimits Low = new(1, 2, 3);

    private static readonly NextPaymentLimits High = new(new PaymentLimits(4, 5, 6), DateOnly.FromDateTime(Now.UtcDateTime).AddDays(2));

    private static Task ReportAsync(NpgsqlConnection connection, CustomerNumber customer) => Bank.ReportFnpAsync(
        connection, customer, new PaymentRisk(Options.Create(new PaymentSettingsOptions())).OfReport(customer, null, Now));

    /// <summary>Whom the customer trusts, and what is to be the limit of a payment later.</summary>
    private static async Task<(int Trusted, long? LaterMinor)> StandingAsync(Bank bank, AccountRegistration account) => (
        (await bank.Payments.ListTrustedPayeesAsync(account.CustomerNumber!.Value, Stop)).Count,
        (await bank.StateAsync(account)).NextLimits?.Limits.PaymentMinor);

    /// <summary>The report comes first, and is not committed yet when somebody else's FNP trusts a payee, or raises limits.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_WhileTheCustomerReportsAnFnp_WritesNothing(bool trusts)
    {
        var (bank, account, customer) = await OpenAsync();
        var (payee, session) = (await bank.OpenAccountAsync(), await bank.OpenSessionAsync(customer));
        await using var connection = await bank.Database.Silo.OpenConnectionAsync(Stop);
        await using var report = await connection.BeginTransactionAsync(Stop);
        await ReportAsync(connection, customer);
        var writing = WriteAsync();
        await TestDatabase.WaitForLockAsync(bank.Database.Silo, writing);
        await report.CommitAsync(Stop);
        Assert.Equal(Reason.SessionEnded, await writing);
        Assert.Equal((0, null), await StandingAsync(bank, account));

        // What makes payments harder needs no session.
        await bank.SetLimitsAsync(account, Low);
        Assert.Equal(Low, (await bank.StateAsync(account)).Limits);
        Assert.False(await DistrustAsync(bank, customer, payee));

        async Task<Reason?> WriteAsync() => trusts
            ? await bank.Payments.TrustAsync(session, payee.Id, 100, Now, Stop)
            : (await bank.Payments.ChangeLimitsAsync(session, account.Id, _ => (Low, High), _ => [], Now, Stop)).Refusal?.Reason;
    }

    /// <summary>The payee, or the raise, comes first, and is not committed yet when the report is written.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Report_WhileSomethingIsWritten_WaitsForItAndTakesItBack(bool trusts)
    {
        var (bank, account, customer) = await OpenAsync();
        var (payee, session) = (await bank.OpenAccountAsync(), await bank.OpenSessionAsync(customer));
        var (written, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var writing = Task.Run(WriteAsync, Stop);
        await written.Task.WaitAsync(Stop);
        var reporting = ReportAloneAsync();
        await TestDatabase.WaitForLockAsync(bank.Database.Silo, reporting);
        go.SetResult();
        await writing;
        await reporting;
        Assert.Equal((0, null), await StandingAsync(bank, account));
        // It was there, and is on record.
        Assert.Equal(
            (trusts ? 1 : 0, trusts ? 0 : 2),
            (await CountAsync("trusted_payee"), await CountAsync("payment_limit_change")));

        async Task WriteAsync()
        {
            if (trusts)
            {
                await using var connection = await bank.Database.Silo.OpenConnectionAsync(Stop);
                await using var transaction = await connection.BeginTransactionAsync(Stop);
                await using (var trust = new NpgsqlCommand(
                    $"select bank.set_trusted_payee({customer.Value}, '{session.Id}', {payee.Id}, true, 100, '{Now:O}')", connection))
                {
                    Assert.Equal(true, await trust.ExecuteScalarAsync(Stop));
                }

                await HoldUpAsync();
                await transaction.CommitAsync(Stop);
                return;
            }

            Assert.True((await bank.Payments.ChangeLimitsAsync(
                session, account.Id, _ =>
                {
                    HoldUpAsync().GetAwaiter().GetResult();
                    return (Low, High);
                }, _ => [], Now, Stop)).Succeeded);
        }

        Task HoldUpAsync()
        {
            written.SetResult();
            return go.Task.WaitAsync(Stop);
        }

        async Task ReportAloneAsync()
        {
            await using var connection = await bank.Database.Silo.OpenConnectionAsync(Stop);
            await ReportAsync(connection, customer);
        }

        async Task<int> CountAsync(string table) => (int)await TestDatabase.ReadAsync<long>(
            bank.Database.Owner, $"select count(*) from bank.{table}");
    }

    [Fact]
    public async Task ChangeLimitsAsync_EachChange_IsOnRecordWithItsVersion()
    {
        var (bank, account, _) = await OpenAsync();
        var day = new DateOnly(2026, 11, 26);
        var before = await bank.StateAsync(account);
        Assert.Null(before.Limits);

        var lowered = await ChangeAsync(new PaymentLimits(1, 2, 3), null);
        var raised = await ChangeAsync(new PaymentLimits(1, 2, 3), new NextPaymentLimits(new PaymentLimits(4, 5, 6), day));
        Assert.Equal(raised with { SeenAt = 0 }, (await bank.StateAsync(account)) with { SeenAt = 0 });
        Assert.Equal((before.Version + 1, before.Version + 2), (lowered.Version, raised.Version));
        Assert.Equal(new NextPaymentLimits(new PaymentLimits(4, 5, 6), day), raised.NextLimits);

        // What is not changed leaves no trace.
        var left = await bank.Payments.ChangeLimitsAsync(session: null, account.Id, _ => null, _ => [], Now, CancellationToken.None);
        Assert.Equal(raised.Version, left.Value!.Version);
        Assert.Equal(
            $"{lowered.Version}: {{1,2,3}} - - / {raised.Version}: {{1,2,3}} {{4,5,6}} 2026-11-26",
            await TestDatabase.ReadAsync<string>(bank.Database.Owner, """
                select string_agg(
                           version || ': ' || limits::text
                               || ' ' || coalesce(next_limits::text, '-') || ' ' || coalesce(next_on::text, '-'),
                           ' / ' order by version)
                  from bank.payment_limit_change
                """));

        async Task<AccountState> ChangeAsync(PaymentLimits now, NextPaymentLimits? next) =>
            (await bank.Payments.ChangeLimitsAsync(session: null, account.Id, _ => (now, next), _ => [], Now, Stop)).Value!;
    }

    /// <summary>Each is decided on what the one before left, so that no lowered limit is lost.</summary>
    [Fact]
    public async Task ChangeLimitsAsync_ManyAtOnce_EachSeesTheOneBefore()
    {
        var (bank, account, _) = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => bank.Payments.ChangeLimitsAsync(
            session: null, account.Id, state => (new PaymentLimits(0, 0, (state.Limits?.MonthMinor ?? 0) + 1), null), _ => [], Now,
            CancellationToken.None))));
        Assert.Equal(20, (await bank.StateAsync(account)).Limits!.Value.MonthMinor);
        Assert.Equal(20, await TestDatabase.ReadAsync<long>(bank.Database.Owner, "select count(*) from bank.payment_limit_change"));
    }
}
