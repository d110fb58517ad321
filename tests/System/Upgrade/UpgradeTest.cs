using System.Diagnostics;
using System.Globalization;
using BktSmart.Dev.Bank;
using BktSmart.Faults;
using BktSmart.Staff.V1;
using BktSmart.V1;
using Npgsql;

namespace BktSmart.Upgrade;

/// <summary>From the version before to this one, as docs/operations.md says, while customers pay and desks work.</summary>
[Collection(typeof(OneAtATime))]
public sealed class UpgradeTest(UpgradeBank upgrade) : IClassFixture<UpgradeBank>
{
    private const int Clients = 4;
    private const long Some = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a transfer may take during the migration; on a machine that is busy with other things, three times as long as before it.
    /// </summary>
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(1);

    /// <summary>
    /// No request fails. Only its client's deadline of 5 s may pass, seldom, on a busy machine, or an answer be lost with the silo that
    /// stops; a node says of both, where a transfer is concerned, OUTCOME_UNKNOWN. The client then asks for the transfer, and where there
    /// is none it sends the same request again, under the same id.
    /// </summary>
    private static readonly string[] AllowedDoubts =
        ["DeadlineExceeded", "DeadlineExceeded DEADLINE_EXCEEDED", "Unknown OUTCOME_UNKNOWN", "NotFound TRANSFER_NOT_FOUND"];

    /// <summary>Of a hundred requests.</summary>
    private const long DoubtsMax = 1;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private LocalBank Bank => upgrade.Bank.Bank;

    [Fact]
    public async Task Upgrade_UnderTraffic_StopsNobodyAndLosesNothing()
    {
        var traffic = new Traffic(upgrade.Bank, upgrade.Accounts, Clients, seed: 7, upgrade.Operations);
        await traffic.DuringAsync(() => UpgradeAsync(traffic), Patience);
        var doubts = traffic.Doubts.Select(doubt => doubt.Told).ToArray();
        Say(string.Join(", ", doubts.CountBy(doubt => doubt).Select(doubt => $"{doubt.Value} times {doubt.Key}")));
        Assert.Empty(doubts.Except(AllowedDoubts));
        Assert.InRange(doubts.Length, 0, traffic.Settled * DoubtsMax / 100);
        await Aftermath.AssertAsync(upgrade, traffic);
    }

    private async Task UpgradeAsync(Traffic traffic)
    {
        await MoreAsync(traffic);
        var before = Bank.Programs;
        Bank.Programs = BankPrograms.Ours();
        await MigrateAsync(traffic);
        await MoreAsync(traffic);

        // A node of the cluster may go down before its turn has come.
        Bank.Programs = before;
        await ReplaceSiloAsync($"{Bank.Silos[0].Name} of the version before", Bank.Silos[0]);
        Bank.Programs = BankPrograms.Ours();
        foreach (var silo in Bank.Silos)
            await ReplaceSiloAsync(silo.Name, silo);
        foreach (var (api, address) in upgrade.Apis)
        {
            upgrade.Balancer.Remove(address);
            await ReplaceAsync(api.Name, () => LocalBank.StopApiAsync(api), () => api.StartAsync(Stop));
            upgrade.Balancer.Add(address);
        }

        await MoreAsync(traffic);

        // The next one goes only when this one is in use again: what minReadySeconds is for.
        async Task ReplaceSiloAsync(string name, LocalSilo silo)
        {
            await ReplaceAsync(name, silo.StopAsync, async () =>
            {
                await silo.StartAsync(Stop);
                await Eventually.EqualAsync(
                    upgrade.Apis.Count, () => TestBank.CountClientsAsync(silo), $"nodes of the API that use {silo.Name}", Patience);
            });
        }

        async Task ReplaceAsync(string name, Func<Task> stop, Func<Task> start)
        {
            var (watch, doubts) = (Stopwatch.StartNew(), traffic.Doubts.Count);
            await stop();
            var stopped = watch.Elapsed;
            await start();
            Say(string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: stopped in {stopped.TotalSeconds:F1} s, ready after {watch.Elapsed.TotalSeconds:F1} s; "
                    + $"{traffic.Doubts.Count - doubts} attempts in doubt."));
            await MoreAsync(traffic);
            await AskAroundAsync();
        }
    }

    /// <summary>What the traffic does not ask for. Nodes and silos may be of two versions; each actor must be found all the same.</summary>
    private async Task AskAroundAsync()
    {
        // Their actors are spread over the silos.
        for (var i = 0; i < 4; i++)
            await upgrade.Bank.EnterAsync(client: upgrade.Balancer.Client);
        var customer = upgrade.Accounts[0];
        await customer.App.PaymentControl.ListTrustedPayeesAsync(new ListTrustedPayeesRequest(), cancellationToken: Stop);
        await customer.App.PaymentControl.GetPaymentLimitsAsync(
            new GetPaymentLimitsRequest { Account = customer.Account.Name }, cancellationToken: Stop);
        await upgrade.ContactCentre.Service.ListSupportCasesAsync(new ListSupportCasesRequest(), cancellationToken: Stop);
        var asked = await upgrade.Operations.SetOverdraftLimitAsync(customer.Account.Name, 100_00, "kontratë", Stop);
        var waiting = await upgrade.Operations.ListApprovalsAsync(cancellationToken: Stop);
        Assert.Contains(asked.Approval.Name, waiting.Approvals.Select(approval => approval.Name));
        await upgrade.Operations.RejectAsync(asked.Approval.Name, "u tërhoq", Stop);
    }

    /// <summary>Migrates beside somebody who reads the accounts for long.</summary>
    private async Task MigrateAsync(Traffic traffic)
    {
        await using var reader = await upgrade.Bank.Sql.OpenConnectionAsync(Stop);
        await using var reading = await reader.BeginTransactionAsync(Stop);
        await using (var read = new NpgsqlCommand("select count(*) from bank.account", reader, reading))
            await read.ExecuteScalarAsync(Stop);

        var warm = Stopwatch.GetTimestamp();
        for (var i = 0; i < 4; i++)
            await MoreAsync(traffic);
        var started = Stopwatch.GetTimestamp();
        var usual = Longest(traffic, warm, started);
        var migrating = Bank.MigrateAsync(Stop);
        await MoreAsync(traffic);
        await MoreAsync(traffic);
        await reading.RollbackAsync(Stop);
        await migrating;
        var ended = Stopwatch.GetTimestamp();
        await MoreAsync(traffic);

        var longest = Longest(traffic, started, ended);
        Say(string.Create(
            CultureInfo.InvariantCulture,
            $"The migration took {Stopwatch.GetElapsedTime(started, ended).TotalSeconds:F1} s; the longest transfer meanwhile took "
                + $"{longest.TotalMilliseconds:F0} ms, before it {usual.TotalMilliseconds:F0} ms."));
        Assert.True(
            longest <= PauseMax || longest <= 3 * usual,
            $"During the migration a transfer took {longest.TotalMilliseconds:F0} ms, before it at most "
                + $"{usual.TotalMilliseconds:F0} ms.");
    }

    private static TimeSpan Longest(Traffic traffic, long from, long to) =>
        traffic.Acknowledged.Values
            .Where(when => when.Answered >= from && when.Sent <= to)
            .Max(when => Stopwatch.GetElapsedTime(when.Sent, when.Answered));

    private static Task MoreAsync(Traffic traffic) =>
        Eventually.AtLeastAsync(traffic.Settled + Some, () => traffic.Settled, "transfers that are settled", Patience);

    private static void Say(string sentence) => TestContext.Current.TestOutputHelper!.WriteLine(sentence);
}
