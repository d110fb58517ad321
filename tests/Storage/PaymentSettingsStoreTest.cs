using BktSmart.Ledger;
using BktSmart.Payments;
using BktSmart.Tests.Infrastructure;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>What customers set for payments, as it is stored.</summary>
public sealed class PaymentSettingsStoreTest(TestServer server)
{
    private static readonly DateTimeOffset Now = Bank.ToStored(DateTimeOffset.UtcNow);

    private async Task<(Bank Bank, AccountRegistration Account, CustomerNumber Customer)> OpenAsync()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var account = await bank.OpenAccountAsync(1_000);
        return (bank, account, account.CustomerNumber!.Value);
    }

    private static Task<bool> TrustAsync(Bank bank, CustomerNumber customer, AccountRegistration payee, int max = 100) =>
        bank.Payments.TrustAsync(customer, payee.Id, max, Now, CancellationToken.None);

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
        Assert.True(await TrustAsync(bank, customer, first));
        Assert.True(await TrustAsync(bank, customer, second));
        Assert.True(await TrustAsync(bank, customer, first));
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
        Assert.True(await TrustAsync(bank, customer, payees[0], max: 2));
        Assert.True(await TrustAsync(bank, customer, payees[1], max: 2));
        var before = await bank.StateAsync(account);

        Assert.False(await TrustAsync(bank, customer, payees[2], max: 2));
        var exception = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(
            bank.Database.Silo, $"select bank.set_trusted_payee({customer.Value}, {payees[2].Id}, true, 2, now())"));
        Assert.Equal("BK005", exception.SqlState);
        Assert.Equal(before.Version, (await bank.StateAsync(account)).Version);
        // One of them is no more than before.
        Assert.True(await TrustAsync(bank, customer, payees[0], max: 2));
        await AssertAllTrustAsync(bank, customer, payees[..2]);

        Assert.True(await DistrustAsync(bank, customer, payees[0]));
        Assert.True(await TrustAsync(bank, customer, payees[2], max: 2));
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
        Assert.Equal(3, trusted.Count(done => done));
        Assert.Equal(3, (await bank.Payments.ListTrustedPayeesAsync(customer, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task DistrustAsync_TrustedOrNot_SaysWhetherThatWasAChangeAndKeepsTheHistory()
    {
        var (bank, account, customer) = await OpenAsync();
        var payee = await bank.OpenAccountAsync();
        Assert.False(await DistrustAsync(bank, customer, payee));
        Assert.True(await TrustAsync(bank, customer, payee));
        // By a clock that was set back.
        Assert.True(await bank.Payments.DistrustAsync(customer, payee.Id, Now.AddHours(-1), CancellationToken.None));
        Assert.False(await DistrustAsync(bank, customer, payee));
        Assert.Empty((await bank.StateAsync(account)).TrustedPayees);
        Assert.True(await TrustAsync(bank, customer, payee));
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
        var left = await bank.Payments.ChangeLimitsAsync(account.Id, _ => null, _ => [], Now, CancellationToken.None);
        Assert.Equal(raised.Version, left.Version);
        Assert.Equal(
            $"{lowered.Version}: {{1,2,3}} - - / {raised.Version}: {{1,2,3}} {{4,5,6}} 2026-11-26",
            await TestDatabase.ReadAsync<string>(bank.Database.Owner, """
                select string_agg(
                           version || ': ' || limits::text
                               || ' ' || coalesce(next_limits::text, '-') || ' ' || coalesce(next_on::text, '-'),
                           ' / ' order by version)
                  from bank.payment_limit_change
                """));

        Task<AccountState> ChangeAsync(PaymentLimits now, NextPaymentLimits? next) =>
            bank.Payments.ChangeLimitsAsync(account.Id, _ => (now, next), _ => [], Now, CancellationToken.None);
    }

    /// <summary>Each is decided on what the one before left, so that no lowered limit is lost.</summary>
    [Fact]
    public async Task ChangeLimitsAsync_ManyAtOnce_EachSeesTheOneBefore()
    {
        var (bank, account, _) = await OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => bank.Payments.ChangeLimitsAsync(
            account.Id, state => (new PaymentLimits(0, 0, (state.Limits?.MonthMinor ?? 0) + 1), null), _ => [], Now,
            CancellationToken.None))));
        Assert.Equal(20, (await bank.StateAsync(account)).Limits!.Value.MonthMinor);
        Assert.Equal(20, await TestDatabase.ReadAsync<long>(bank.Database.Owner, "select count(*) from bank.payment_limit_change"));
    }
}
