using Npgsql;

namespace BktSmart.Ledger;

/// <summary>
/// The rows that <c>bank.post_batch</c> takes: composite types of <c>0010_batch_types.sql</c>, <c>0014_orders.sql</c> and
/// <c>0038_exceeded_limits.sql</c>, field by field under the same names.
/// </summary>
internal static class BatchRows
{
    /// <summary>For every pool over which batches are posted.</summary>
    public static NpgsqlDataSourceBuilder MapLedgerTypes(this NpgsqlDataSourceBuilder builder)
    {
        builder.MapComposite<BatchAccount>("bank.batch_account");
        builder.MapComposite<BatchOrder>("bank.batch_order");
        builder.MapComposite<BatchLeg>("bank.batch_leg");
        builder.MapComposite<BatchDetail>("bank.batch_detail");
        builder.MapComposite<BatchLimit>("bank.batch_limit");
        return builder;
    }
}
