using Microsoft.Extensions.Logging;

namespace BktSmart.Ledger;

/// <summary>Takes orders from other silos.</summary>
internal sealed class LedgerLeaderService(GrainId id, Silo silo, ILoggerFactory loggers, LedgerWriter writer)
    : GrainService(id, silo, loggers), ILedgerLeader
{
    public Task<LeaderAnswer[]?> Post(Guid rulebook, TransferOrder[] orders) => writer.PostForAsync(rulebook, orders);
}
