using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace BktSmart.Ledger;

/// <summary>
/// Ends in the database the silos that the cluster has declared dead, and knows since when this one is alone. One that was declared dead
/// may only be frozen, and would book when it wakes up; once it is ended, the database refuses its batches.
/// </summary>
internal sealed partial class DeadSiloFence(
    IClusterMembershipService members, ILocalSiloDetails silo, LedgerStore store,
    [FromKeyedServices(BackgroundTime.Key)] TimeProvider time, ILogger<DeadSiloFence> logger)
        : ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly HashSet<string> _ended = [];
    private Task _loop = Task.CompletedTask;

    /// <summary>Since when this silo has been alone: a timestamp of this process; the largest number while it is not.</summary>
    private long _aloneSince = long.MaxValue;

    /// <inheritdoc cref="_aloneSince"/>
    public long AloneSince => Volatile.Read(ref _aloneSince);

    public void Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(DeadSiloFence),
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

    internal async Task FollowAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await foreach (var snapshot in members.MembershipUpdates.WithCancellation(_stop.Token))
                    await TakeInAsync(snapshot);
                return;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // The silo stops.
            }
            catch (Exception exception)
            {
                // Nobody knows who else is there until the members are heard again, the present ones first.
                Volatile.Write(ref _aloneSince, long.MaxValue);
                LogNotFollowed(exception);
                await Task.Delay(RetryDelay, time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    internal async Task TakeInAsync(ClusterMembershipSnapshot snapshot)
    {
        var others = snapshot.Members.Values.Where(member => !member.SiloAddress.Equals(silo.SiloAddress)).ToArray();
        var dead = others.Where(member => member.Status == SiloStatus.Dead).Select(member => member.SiloAddress.ToParsableString()).Except(
            _ended).ToArray();
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

    [LoggerMessage(
        1011, LogLevel.Error, "The members of the cluster could not be followed; balances are read from the database until they are again")]
    private partial void LogNotFollowed(Exception exception);

    [LoggerMessage(
        1006, LogLevel.Warning, "Silos that were declared dead could not be ended in the database; balances are read from it meanwhile")]
    private partial void LogNotEnded(Exception exception);
}
