using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;

namespace BktSmart.Tests.Storage;

/// <summary>What staff change on an account, and what the ledger makes of it.</summary>
public sealed class AccountTermsTest(TestServer server)
{
    [Theory]
    [InlineData(AccountFreeze.Debits, Reason.AccountFrozen, null)]
    [InlineData(AccountFreeze.Credits, null, Reason.PayeeCannotReceive)]
    [InlineData(AccountFreeze.Both, Reason.AccountFrozen, Reason.PayeeCannotReceive)]
    public async Task ChangeTermsAsync_Freeze_BlocksThatSideUntilItIsLifted(AccountFreeze freeze, Reason? paying, Reason? receiving)
    {
        var (bank, account, other) = await OpenAsync();
        Assert.Equal(freeze, (await bank.ChangeTermsAsync(account, terms => terms with { Freeze = freeze })).Value!.Freeze);
        Assert.Equal(paying, (await bank.PostOneAsync(Bank.Payment(account, other, 1))).Refusal?.Reason);
        Assert.Equal(receiving, (await bank.PostOneAsync(Bank.Payment(other, account, 1))).Refusal?.Reason);

        Assert.True((await bank.ChangeTermsAsync(account, terms => terms with { Freeze = AccountFreeze.None })).Succeeded);
        await bank.BookAsync(Bank.Payment(account, other, 1));
        await bank.BookAsync(Bank.Payment(other, account, 1));
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task ChangeTermsAsync_FrozenWithAHold_ReleasesItAndDoesNotPostIt()
    {
        var (bank, account, other) = await OpenAsync();
        var hold = await bank.BookAsync(Bank.Hold(account, other, 100, DateTimeOffset.UtcNow.AddDays(1)));
        Assert.True((await bank.ChangeTermsAsync(account, terms => terms with { Freeze = AccountFreeze.Both })).Succeeded);
        Assert.Equal(Reason.AccountFrozen, (await bank.PostOneAsync(Bank.EndHold(TransferKind.HoldPosting, hold.Order))).Refusal?.Reason);
        await bank.BookAsync(Bank.EndHold(TransferKind.HoldRelease, hold.Order));
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task ChangeTermsAsync_Close_NeedsAnEmptyAccountAndEndsAllBookings()
    {
        var (bank, account, other) = await OpenAsync();
        var hold = await bank.BookAsync(Bank.Hold(account, other, 100, DateTimeOffset.UtcNow.AddDays(1)));
        Assert.Equal(Reason.HoldsOpen, (await CloseAsync()).Refusal?.Reason);
        await bank.BookAsync(Bank.EndHold(TransferKind.HoldRelease, hold.Order));
        Assert.Equal(Reason.BalanceNotZero, (await CloseAsync()).Refusal?.Reason);
        Assert.Equal(0, await CountAsync(bank, "account_terms"));
        await bank.BookAsync(Bank.Payment(account, other, 1_000));

        Assert.True((await CloseAsync()).Value?.Closed);
        Assert.Equal(Reason.AccountClosed, (await bank.PostOneAsync(Bank.Payment(account, other, 1))).Refusal?.Reason);
        Assert.Equal(Reason.PayeeCannotReceive, (await bank.PostOneAsync(Bank.Payment(other, account, 1))).Refusal?.Reason);

        Assert.False((await bank.ChangeTermsAsync(account, terms => terms with { Closed = false })).Value!.Closed);
        await bank.BookAsync(Bank.Payment(other, account, 1));
        await bank.AssertSoundAsync();

        Task<Result<AccountState>> CloseAsync() => bank.ChangeTermsAsync(account, terms => terms with { Closed = true });
    }

    [Fact]
    public async Task ChangeTermsAsync_Overdraft_CanBeUsedToTheLastAndNotTakenAwayWhileItIs()
    {
        var (bank, account, other) = await OpenAsync();
        Assert.Equal(-500, (await LimitAsync(500)).Value?.FloorMinor);
        Assert.Equal(Reason.InsufficientFunds, (await bank.PostOneAsync(Bank.Payment(account, other, 1_501))).Refusal?.Reason);
        await bank.BookAsync(Bank.Payment(account, other, 1_300));
        await bank.BookAsync(Bank.Hold(account, other, 200, DateTimeOffset.UtcNow.AddDays(1)));

        Assert.Equal(Reason.OverdraftInUse, (await LimitAsync(499)).Refusal?.Reason);
        Assert.Equal(Reason.OverdraftInUse, (await LimitAsync(0)).Refusal?.Reason);
        await bank.AssertSoundAsync();
        await bank.BookAsync(Bank.Payment(other, account, 500));
        Assert.Equal(0, (await LimitAsync(0)).Value?.FloorMinor);
        await bank.AssertSoundAsync();

        Task<Result<AccountState>> LimitAsync(long limit) => bank.ChangeTermsAsync(account, terms => terms with { FloorMinor = -limit });
    }

    [Fact]
    public async Task ChangeTermsAsync_EveryChange_IsInTheHistoryAndInTheAuditTrailAndARepetitionIsNot()
    {
        var (bank, account, _) = await OpenAsync();
        var audited = await CountAsync(bank, "audit");
        for (var i = 0; i < 2; i++)
            Assert.True(
                (await bank.ChangeTermsAsync(account, terms => terms with { Freeze = AccountFreeze.Credits }, "freeze-account")).Succeeded);
        Assert.True((await bank.ChangeTermsAsync(account, terms => terms with { FloorMinor = -5 }, "set-overdraft-limit")).Succeeded);
        Assert.True((await bank.ChangeTermsAsync(account, terms => terms with { FloorMinor = -4 }, "set-overdraft-limit")).Succeeded);

        Assert.Equal("1 0 2 false/1 -5 2 false/1 -4 2 false", await TestDatabase.ReadAsync<string>(bank.Database.Owner, $"""
            select string_agg(concat_ws(' ', sequence_number, floor_minor, frozen, closed::text), '/' order by version)
              from bank.account_terms where account_id = {account.Id}
            """));
        // One each, and one more for the request that the higher limit was confirmed upon.
        Assert.Equal(audited + 4, await CountAsync(bank, "audit"));
        Assert.Equal("desk-1 set-overdraft-limit urdhër 4", await TestDatabase.ReadAsync<string>(bank.Database.Owner, """
            select concat_ws(' ', staff, action, detail ->> 'note', detail ->> 'overdraftLimitMinor')
              from bank.audit order by audit_id desc limit 1
            """));
        await bank.AssertSoundAsync();
    }

    [Fact]
    public async Task ChangeTermsAsync_WhileManySilosPay_EveryPaymentIsBeforeOrAfterIt()
    {
        var (bank, account, other) = await OpenAsync();
        Assert.True((await bank.ChangeTermsAsync(account, terms => terms with { FloorMinor = -100_000 })).Succeeded);
        using var stop = new CancellationTokenSource();
        var paying = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            var poster = bank.OtherPoster();
            while (!stop.IsCancellationRequested)
            {
                TransferOrder[] orders = [Bank.Payment(account, other, 7), Bank.Payment(other, account, 7)];
                if ((await poster.TryPostAsync(orders, CancellationToken.None)).Posted is null)
                    await poster.PostAsync(orders, CancellationToken.None);
            }
        })).ToArray();

        for (var i = 0; i < 20; i++)
        {
            Assert.True((await bank.ChangeTermsAsync(account, terms => terms with { Freeze = AccountFreeze.Debits })).Succeeded);
            var frozen = await bank.StateAsync(account);
            Assert.True(await DebitsAfterAsync(frozen.SequenceNumber) == 0, "A frozen account has paid.");
            Assert.True((await bank.ChangeTermsAsync(account, terms => terms with { Freeze = AccountFreeze.None })).Succeeded);
        }

        await stop.CancelAsync();
        await Task.WhenAll(paying);
        await bank.AssertSoundAsync();

        Task<long> DebitsAfterAsync(long sequence) => TestDatabase.ReadAsync<long>(
            bank.Database.Owner,
            $"select count(*) from bank.posting where account_id = {account.Id} and sequence_number > {sequence} and amount_minor < 0");
    }

    private async Task<(Bank Bank, AccountRegistration Account, AccountRegistration Other)> OpenAsync()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        return (bank, await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync(1_000));
    }

    private static Task<long> CountAsync(Bank bank, string table) =>
        TestDatabase.ReadAsync<long>(bank.Database.Owner, $"select count(*) from bank.{table}");
}
