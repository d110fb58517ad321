using Microsoft.Extensions.Logging;
using Orleans.Concurrency;
using Orleans.Runtime.Services;

namespace BktSmart.Ledger;

/// <summary>
/// The oldest active silo leads, so that a roll-out moves the leadership as seldom as possible. Silos may see the membership differently for a moment, and a frozen leader leads until it is declared dead:
/// then several book, and the fences of the database decide.
/// </summary>
internal sealed class LedgerLeadership(IServiceProvider services, IClusterMembershipService members, ILocalSiloDetails silo)
    : GrainServiceClient<ILedgerLeader>(services), ILedgerLeadership
{
    private ClusterMembershipSnapshot? _seen;
    private ILedgerLeader? _leader;

    public ILedgerLeader? Leader
    {
        get
        {
            var snapshot = members.CurrentSnapshot;
            if (!ReferenceEquals(snapshot, _seen))
            {
                _seen = snapshot;
                _leader = LeaderOf(snapshot, silo.SiloAddress) is { } leader ? GetGrainService(leader) : null;
            }

            return _leader;
        }
    }

    /// <summary>Null for the silo itself, and while it is not active: it may not hear the answer.</summary>
    internal static SiloAddress? LeaderOf(ClusterMembershipSnapshot snapshot, SiloAddress self)
    {
        if (snapshot.GetSiloStatus(self) != SiloStatus.Active)
            return null;
        var oldest = snapshot.Members.Values
            .Where(member => member.Status == SiloStatus.Active)
            .Select(member => member.SiloAddress)
            .MinBy(address => (address.Generation, address));
        return oldest!.Equals(self) ? null : oldest;
    }
}

/// <summary>Takes orders from other silos.</summary>
[Reentrant, GrainType("ledger-leader")]
internal sealed class LedgerLeaderService(GrainId id, Silo silo, ILoggerFactory loggers, LedgerWriter writer) : GrainService(id, silo, loggers), ILedgerLeader
{
    public Task<LeaderAnswer[]?> Post(Guid build, TransferOrder[] orders) => writer.PostForAsync(build, orders);
}
