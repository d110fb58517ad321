using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;

namespace BktSmart.Tests.Storage;

/// <summary>Corrupts one row of each kind, as nobody with the silo's rights could, and sees it found.</summary>
public sealed class LedgerVerifierTest(TestServer server)
{
    [Theory]
    [InlineData("update bank.posting set amount_minor = amount_minor - 1 where sequence_number = 2", "debit and its credit")]
    [InlineData("update bank.posting set business_date = business_date + 1 where sequence_number = 1", "debit and its credit")]
    [InlineData("update bank.transfer set amount_minor = amount_minor + 1 where kind = 1", "debit and its credit")]
    [InlineData("delete from bank.transfer where kind = 1", "belongs to a booked transfer")]
    [InlineData("insert into bank.posting select account_id, 99, transfer_id, 7, 7, booked_at, business_date from bank.posting where sequence_number = 1 limit 1", "belongs to a booked transfer")]
    [InlineData("delete from bank.posting where sequence_number = 1", "sequence numbers")]
    [InlineData("update bank.posting set balance_after_minor = balance_after_minor + 1 where sequence_number = 1", "each balance follows")]
    [InlineData("update bank.posting set booked_at = booked_at - interval '1 day' where sequence_number = 2", "sequence numbers")]
    [InlineData("update bank.account set balance_minor = balance_minor + 1 where sequence_number = 2", "last posting")]
    [InlineData("update bank.account set sequence_number = sequence_number + 1 where customer_number is not null", "last posting")]
    [InlineData("alter table bank.account drop constraint balance_not_below_floor; update bank.account set floor_minor = 999 where customer_number is not null", "below the floor")]
    [InlineData("update bank.account set balance_minor = balance_minor + 5 where customer_number is null", "sum to zero")]
    [InlineData("delete from bank.event", "was notified")]
    [InlineData("insert into bank.notification (customer_number, number, account_id, sequence_number, category, title, body, created_at) values (100000001, 1, 1, 77, 1, '', '', now())", "nothing else was")]
    [InlineData("insert into bank.notification (customer_number, number, account_id, sequence_number, category, title, body, created_at) select customer_number, 2, account_id, sequence_number, 1, '', '', now() from bank.event limit 1", "without a gap")]
    public async Task VerifyAsync_CorruptedRow_IsNamed(string corruption, string invariant)
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        var (from, to) = (await bank.OpenAccountAsync(1_000), await bank.OpenAccountAsync());
        await bank.PostAsync([Bank.Payment(from, to, 300), Bank.Payment(from, to, 99_999)], CancellationToken.None);
        await bank.AssertSoundAsync();

        Assert.NotEqual(0, await TestDatabase.ExecuteAsync(bank.Database.Corruptor, corruption));
        var report = await new LedgerVerifier(bank.Database.Silo).VerifyAsync(CancellationToken.None);
        Assert.Contains(report.Violations, violation => violation.Contains(invariant, StringComparison.Ordinal));
    }
}
