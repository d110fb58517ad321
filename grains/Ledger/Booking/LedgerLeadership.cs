using Orleans.Runtime.Services;

namespace BktSmart.Ledger;

/// <summary>
/// The oldest active silo leads, so that a roll-out moves the leadership as seldom as possible. Silos may see the membership differently
/// for a moment, and a frozen leader leads until it is declared dead: then several book, and the fences of the database decide. Orders are
/// only ever handed over to an older silo, so never in a circle.
/// </summary>
internal sealed class LedgerLeadership(IServiceProvider services, IClusterMembershipService members, ILocalSiloDetails silo)
    : GrainServiceClient<ILedgerLeader>(services), ILedgerLeadership
{
    private volatile Seen? _seen;

    private sealed record Seen(ClusterMembershipSnapshot Snapshot, ILedgerLeader? Leader);

    public ILedgerLeader? Leader
    {
        get
        {
            var snapshot = members.CurrentSnapshot;
            if (_seen is not { } seen || !ReferenceEquals(seen.Snapshot, snapshot))
                _seen = seen = new Seen(snapshot, LeaderOf(snapshot, silo.SiloAddress) is { } leader ? GetGrainService(leader) : null);
            return seen.Leader;
        }
    }

    /// <summary>Null for the silo itself, and while it is not active: it may not hear the answer.</summary>
    internal static SiloAddress? LeaderOf(ClusterMembershipSnapshot snapshot, SiloAddress self)
    {
        if (snapshot.GetSiloStatus(self) != SiloStatus.Active)
            return null;
        // Addresses are ordered by their generation first, the time of the start.
        var oldest = snapshot.Members.Values.Where(member => member.Status == SiloStatus.Active).Min(member => member.SiloAddress);
        return oldest!.Equals(self) ? null : oldest;
    }
}
