using System.Globalization;
using BktSmart.Bench.Seeding;
using BktSmart.Dev;
using BktSmart.Dev.Client;
using BktSmart.Faults;

namespace BktSmart.Upgrade;

/// <summary>
/// A bank of the version before: two silos and two nodes of the API, with many entries in its ledger.
/// <c>BKT_UPGRADE_ENTRIES=1000000</c> makes it a bank of a million entries.
/// </summary>
public sealed class UpgradeBank() : BalancedBank("upgrade", silos: 2)
{
    private const int SeededAccounts = 1_000;
    private const long FundsMinor = 1_000_000_000;
    private static readonly long Entries =
        long.Parse(Environment.GetEnvironmentVariable("BKT_UPGRADE_ENTRIES") ?? "100000", CultureInfo.InvariantCulture);

    /// <summary>Agents whose calls go to any node.</summary>
    internal ContactCentreDesk ContactCentre => Balancer.Client.ContactCentre(Bank.Bank.Staff.Issue("agent", ["contact-centre"]));

    protected override async Task<TestBank> StartFirstNodeAsync()
    {
        var before = await VersionBefore.BuildAsync(TestContext.Current.CancellationToken);
        var bank = await TestBank.StartAsync("upgrade", silos: 2, ownServer: true, programs: before, prepare: SeedAsync);
        // Calls on their way to a silo that leaves, of silos of two versions: the traffic says what became of them. An event comes again,
        // and its notification must be there in the end.
        bank.ExpectErrors("Orleans.");
        bank.ExpectErrors("An event could not be delivered to its inbox");
        return bank;
    }

    private static async Task SeedAsync(TestBank bank)
    {
        await bank.Bank.MigrateAsync(TestContext.Current.CancellationToken);
        await using (var accounts = bank.Sql.CreateCommand($"""
            insert into bank.customer (customer_number, request_id, national_id, name, phone, language, opened_at)
            select 200000000 + n, gen_random_uuid(), 'J00101' || to_char(n, 'FM000') || 'A', 'Customer ' || n,
                   '+35569' || to_char(n, 'FM0000000'), 1, now()
              from generate_series(0, {SeededAccounts - 1}) as n;
            insert into bank.account (account_number, customer_number, currency, opened_at, floor_minor)
            select 'SEED-' || n, 200000000 + n, 'ALL', now(), 0
              from generate_series(0, {SeededAccounts - 1}) as n
            """))
        {
            await accounts.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await EntrySeed.BookAsync(bank.Sql, SeededAccounts, Entries, FundsMinor, TestContext.Current.CancellationToken);
    }
}
