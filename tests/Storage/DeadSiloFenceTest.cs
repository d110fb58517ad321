using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Options;

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

        ClusterMembershipSnapshot Snapshot(params (SiloAddress Address, SiloStatus Status)[] others) => new(
            others.Prepend((Address: Self, Status: SiloStatus.Active)).ToImmutableDictionary(
                silo => silo.Address, silo => new ClusterMember(silo.Address, silo.Status, "silo")),
            new MembershipVersion(++version));

        Task<long> EndedAsync() => TestDatabase.ReadAsync<long>(bank.Database.Owner, "select count(*) from bank.ended_silo");
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
