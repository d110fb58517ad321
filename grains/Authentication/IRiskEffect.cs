using Npgsql;

namespace BktSmart.Authentication;

/// <summary>
/// What another slice does when a customer reports an FNP that was not asked for (R11), and when staff end the risk: in the transaction of
/// the change.
/// </summary>
internal interface IRiskEffect
{
    /// <param name="riskRaisedUntil">The first day, in Tirana, on which all is as usual again; null where it stays so.</param>
    IEnumerable<NpgsqlBatchCommand> OfReport(CustomerNumber customer, DateOnly? riskRaisedUntil, DateTimeOffset now);

    IEnumerable<NpgsqlBatchCommand> OfEnd(CustomerNumber customer);
}
