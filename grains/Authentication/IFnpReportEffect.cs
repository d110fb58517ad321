using Npgsql;

namespace BktSmart.Authentication;

/// <summary>
/// What another slice does when a customer reports an FNP that was not asked for (R11), in the transaction of the report.
/// </summary>
internal interface IFnpReportEffect
{
    IEnumerable<NpgsqlBatchCommand> Of(CustomerNumber customer, DateTimeOffset now);
}
