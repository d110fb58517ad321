using System.Diagnostics;
using BktSmart.Ledger;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BktSmart.Accounts;

/// <summary>
/// How old a balance may be that is shown without asking the database. A silo that is alone books everything itself and sees every booking at once, so what it
/// has seen since then is as good as the database; among several, another one may have booked meanwhile.
///
/// Alone is more than the only member left: one that was declared dead may only be frozen, and book when it wakes up. So the dead are ended in the database first.
/// </summary>
internal sealed partial class BalanceAge(
    IClusterMembershipService members, ILocalSiloDetails silo, LedgerStore store, IOptions<LedgerOptions> options,
    [FromKeyedServices(BackgroundTime.Key)] TimeProvider time, ILogger<BalanceAge> logger) : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<string> _ended = [];
    private Task _loop = Task.CompletedTask;

    /// <summary>Since when this silo has been alone: a timestamp of this process; the largest number while it is not.</summary>
    private long _aloneSince = long.MaxValue;

    /// <summary>Whether a state that was seen at a timestamp may be shown.</summary>
    public bool IsYoungEnough(long seenAt) =>
        seenAt >= Volatile.Read(ref _aloneSince) || Stopwatch.GetElapsedTime(seenAt) <= options.Value.BalanceAgeMax;

    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(BalanceAge),
        ServiceLifecycleStage.Active,
        _ =>
        {
            _loop = Task.Run(FollowAsync, CancellationToken.None);
            return Task.CompletedTask;
        },
        async _ =>
        {
            await _stop.CancelAsync();
            await _loop;
        });

    public void Dispose() => _stop.Dispose();

    private async Task FollowAsync()
    {
        try
        {
            await foreach (var snapshot in members.MembershipUpdates.WithCancellation(_stop.Token))
                await TakeInAsync(snapshot);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    internal async Task TakeInAsync(ClusterMembershipSnapshot snapshot)
    {
        var others = snapshot.Members.Values.Where(member => !member.SiloAddress.Equals(silo.SiloAddress)).ToArray();
        var dead = others.Where(member => member.Status == SiloStatus.Dead).Select(member => member.SiloAddress.ToParsableString()).Except(_ended).ToArray();
        // One that came and was declared dead between two snapshots may have booked as well.
        if (dead.Length > 0 || others.Any(member => member.Status != SiloStatus.Dead))
            Volatile.Write(ref _aloneSince, long.MaxValue);

        while (true)
        {
            try
            {
                if (dead.Length > 0)
                    await store.EndSilosAsync(dead, _stop.Token);
                _ended.UnionWith(dead);
                break;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                LogNotEnded(exception);
                await Task.Delay(RetryDelay, time, _stop.Token);
            }
        }

        if (others.All(member => member.Status == SiloStatus.Dead) && Volatile.Read(ref _aloneSince) == long.MaxValue)
            Volatile.Write(ref _aloneSince, Stopwatch.GetTimestamp());
    }

    [LoggerMessage(2001, LogLevel.Warning, "Silos that were declared dead could not be ended in the database; balances are read from it meanwhile")]
    private partial void LogNotEnded(Exception exception);
}
