using System.Diagnostics;
using BktSmart.Dev.Bank;
using BktSmart.Dev.Processes;
using static System.FormattableString;

namespace BktSmart.Faults;

/// <summary>
/// Injects faults, each when the bank has recovered from the one before, and measures what clients see of them. A fault is over when every
/// client gets answers, both silos are in the cluster and one of them books for both.
/// </summary>
/// <param name="orders">Some of which fall due with each fault.</param>
/// <param name="lockable">The account that the traffic spares.</param>
internal sealed class FaultRun(FaultRunBank fault, Traffic traffic, DueOrders orders, TestCustomer lockable, Action<string> say)
{
    private const int ClientsOfALockedAccount = 4;
    private const int OrdersDue = 50;
    private const int CutsMin = 5;
    private static readonly TimeSpan BeforeALock = TimeSpan.FromSeconds(5);

    /// <summary>A silo must be found dead, and its grains must move.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly List<ClientView> _views = [];
    private readonly List<(Traffic.Span Before, Traffic.Span Locked)> _locks = [];

    public IEnumerable<ClientView> Views => _views;

    public IEnumerable<BesideALock> BesideLocks =>
        _locks.Select(one => BesideALock.Of([.. traffic.Beside(lockable)], one.Before, one.Locked));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private LocalBank Bank => fault.Bank.Bank;

    /// <summary>Faults of a plan until the time is over, at least one.</summary>
    public async Task RunAsync(IEnumerable<Fault> plan, TimeSpan time)
    {
        var watch = Stopwatch.StartNew();
        await traffic.EveryoneGoesOnAsync(Patience);
        foreach (var next in plan)
        {
            var leader = await RecoveredAsync();
            await fault.RefreshSessionsAsync();
            var before = next.Kind is FaultKind.RowLocked ? await WatchAsync(BeforeALock) : default;

            say(Invariant($"{watch.Elapsed:mm\\:ss} {next.Name} for {next.Lasts.TotalSeconds:F0} s"));
            var began = Stopwatch.GetTimestamp();
            await orders.OrderAsync(OrdersDue);
            await InjectAsync(next, leader, before);
            await traffic.EveryoneGoesOnAsync(Patience);
            await RecoveredAsync();
            _views.Add(ClientView.Of(next.Name, new Traffic.Span(began, Stopwatch.GetTimestamp()), traffic.Definite, traffic.Doubts));
            say($"      {_views[^1]}");
            if (watch.Elapsed > time)
                break;
        }

        await fault.RefreshSessionsAsync();
    }

    private Task InjectAsync(Fault next, LocalSilo leader, Traffic.Span before)
    {
        var other = Bank.Silos.Single(silo => silo != leader);
        return next.Kind switch
        {
            FaultKind.LeaderKilled => KillSilosAsync([leader], next.Lasts),
            FaultKind.OtherSiloKilled => KillSilosAsync([other], next.Lasts),
            FaultKind.AllSilosKilled => KillSilosAsync([leader, other], next.Lasts),
            FaultKind.LeaderFrozen => FreezeAsync(leader, next.Lasts),
            FaultKind.OtherSiloFrozen => FreezeAsync(other, next.Lasts),
            FaultKind.ApiNodeKilled => KillApiAsync(fault.Apis[next.Node].Process, next.Lasts),
            FaultKind.PostgresKilled => KillPostgresAsync(next.Lasts),
            FaultKind.BookingsCut => fault.CutBookingsAsync(traffic, next.Lasts, CutsMin, Patience),
            FaultKind.NetworkSilent => SilenceAsync(),
            FaultKind.RowLocked => LockRowAsync(before, next.Lasts),
            _ => throw new ArgumentOutOfRangeException(nameof(next), next.Kind, null),
        };
    }

    private static async Task KillSilosAsync(IReadOnlyList<LocalSilo> silos, TimeSpan down)
    {
        await Task.WhenAll(silos.Select(silo => silo.KillAsync()));
        await Task.Delay(down, Stop);
        await Task.WhenAll(silos.Select(silo => silo.StartAsync(Stop)));
    }

    /// <summary>Frozen for long, it is declared dead; it then ends when it wakes up, and is started again.</summary>
    private static async Task FreezeAsync(LocalSilo silo, TimeSpan frozen)
    {
        silo.Process.Send(Signal.Stop);
        await Task.Delay(frozen, Stop);
        silo.Process.Send(Signal.Continue);
    }

    private static async Task KillApiAsync(SupervisedProcess api, TimeSpan down)
    {
        await api.KillAsync();
        await Task.Delay(down, Stop);
        await api.StartAsync(Stop);
    }

    private async Task KillPostgresAsync(TimeSpan down)
    {
        await fault.Bank.Server!.KillAsync();
        await Task.Delay(down, Stop);
        await fault.Bank.Server.RestartAsync(Stop);
    }

    private Task SilenceAsync()
    {
        fault.Network.FallSilent();
        return Task.CompletedTask;
    }

    private async Task LockRowAsync(Traffic.Span before, TimeSpan time)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task waiting;
        await using (await fault.LockAsync(lockable))
        {
            waiting = Task.WhenAll(
                Enumerable.Range(0, ClientsOfALockedAccount).Select(client => traffic.PayOnAsync(lockable, client, stop.Token)));
            _locks.Add((before, await WatchAsync(time)));
        }

        await stop.CancelAsync();
        await waiting.WaitAsync(Patience, Stop);
    }

    /// <returns>The silo that books for both.</returns>
    private async Task<LocalSilo> RecoveredAsync()
    {
        const long Active = 3;
        await Eventually.EqualAsync(
            (long)Bank.Silos.Count,
            () => fault.Bank.ReadAsync<long>($"select count(*) from orleans.membership where status = {Active}"),
            "silos that are active",
            Patience);
        LocalSilo? leader = null;
        await Eventually.EqualAsync(
            true, async () => (leader = await fault.LeaderAsync()) is not null, "one silo books for both", Patience);
        return leader!;
    }

    private static async Task<Traffic.Span> WatchAsync(TimeSpan time)
    {
        var began = Stopwatch.GetTimestamp();
        await Task.Delay(time, Stop);
        return new Traffic.Span(began, Stopwatch.GetTimestamp());
    }
}
