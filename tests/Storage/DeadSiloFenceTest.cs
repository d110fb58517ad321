using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BktSmart.Tests.Storage;

public sealed class DeadSiloFenceTest(TestServer server)
{
    private static readonly SiloAddress Self = SiloAddress.New(IPAddress.Loopback, 11111, 1);
    private static readonly SiloAddress Other = SiloAddress.New(IPAddress.Loopback, 11112, 2);
    private static readonly SiloAddress Third = SiloAddress.New(IPAddress.Loopback, 11113, 3);

    [Fact]
    public async Task TakeInAsync_OtherSilosComeAndGo_OnlyWhatWasSeenAloneIsShown()
    {
        var bank = new Bank(await server.CreateDatabaseAsync());
        // No age is young enough: what is shown is shown because the silo is alone.
        using var fence = new DeadSiloFence(
            null!, new Details(), bank.Store, TimeProvider.System, TestLog.Current.CreateLogger<DeadSiloFence>());
        var age = new BalanceAge(fence, Options.Create(new LedgerOptions { BalanceAgeMax = TimeSpan.Zero }));
        var version = 0L;
        Assert.False(age.IsYoungEnough(Stopwatch.GetTimestamp()), "before the first snapshot nobody knows who else is there");

        await fence.TakeInAsync(Snapshot());
        var alone = Stopwatch.GetTimestamp();
        Assert.True(age.IsYoungEnough(alone));

        await fence.TakeInAsync(Snapshot((Other, SiloStatus.Joining)));
        Assert.False(age.IsYoungEnough(alone), "another silo may book");

        await fence.TakeInAsync(Snapshot((Other, SiloStatus.Dead)));
        Assert.False(age.IsYoungEnough(alone), "the other one may have booked meanwhile");
        var aloneAgain = Stopwatch.GetTimestamp();
        Assert.True(age.IsYoungEnough(aloneAgain));
        Assert.Equal(1, await EndedAsync());

        // It came and went unseen.
        await fence.TakeInAsync(Snapshot((Other, SiloStatus.Dead), (Third, SiloStatus.Dead)));
        Assert.False(age.IsYoungEnough(aloneAgain), "the third one may have booked meanwhile");
        Assert.True(age.IsYoungEnough(Stopwatch.GetTimestamp()));
        Assert.Equal(2, await EndedAsync());

        ClusterMembershipSnapshot Snapshot(params (SiloAddress Address, SiloStatus Status)[] others) =>
            DeadSiloFenceTest.Snapshot(++version, others);

        Task<long> EndedAsync() => TestDatabase.ReadAsync<long>(bank.Database.Owner, "select count(*) from bank.ended_silo");
    }

    [Fact]
    public async Task FollowAsync_TheUpdatesFail_TheyAreFollowedAgain()
    {
        TestLog.Current.Expect("The members of the cluster could not be followed");
        var bank = new Bank(await server.CreateDatabaseAsync());
        var time = new FakeTimeProvider();
        using var fence = new DeadSiloFence(
            new BrokenMembers(Snapshot(1, (Other, SiloStatus.Dead))), new Details(), bank.Store, time,
            TestLog.Current.CreateLogger<DeadSiloFence>());
        var following = fence.FollowAsync();
        while (!following.IsCompleted)
            time.Advance(TimeSpan.FromSeconds(1));
        await following;
        Assert.Equal(1, await TestDatabase.ReadAsync<long>(bank.Database.Owner, "select count(*) from bank.ended_silo"));
    }

    private static ClusterMembershipSnapshot Snapshot(long version, params (SiloAddress Address, SiloStatus Status)[] others) => new(
        others.Prepend((Address: Self, Status: SiloStatus.Active)).ToImmutableDictionary(
            silo => silo.Address, silo => new ClusterMember(silo.Address, silo.Status, "silo")),
        new MembershipVersion(version));

    /// <summary>Its updates fail the first time; the next time there is one, and then no more.</summary>
    private sealed class BrokenMembers(ClusterMembershipSnapshot snapshot) : IClusterMembershipService
    {
        private bool _failed;

        public ClusterMembershipSnapshot CurrentSnapshot => snapshot;

        public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => UpdatesAsync();

        public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default) => default;

        public Task<bool> TryKill(SiloAddress siloAddress) => throw new NotSupportedException();

        private async IAsyncEnumerable<ClusterMembershipSnapshot> UpdatesAsync()
        {
            await Task.Yield();
            if (!_failed)
            {
                _failed = true;
                throw new InvalidOperationException("The updates are broken.");
            }

            yield return snapshot;
        }
    }

    private sealed class Details : ILocalSiloDetails
    {
        public string Name => "silo";

        public string ClusterId => "test";

        public string DnsHostName => "localhost";

        public SiloAddress SiloAddress => Self;

        public SiloAddress GatewayAddress => Self;
    }
}
