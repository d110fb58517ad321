namespace BktSmart.Ledger;

internal static class LedgerServices
{
    /// <summary>What orders need on a node.</summary>
    public static void AddLedger(this WebApplicationBuilder builder)
    {
        builder.Services.AddChecked<OrderOptions>(OrderOptions.Section);
        builder.Services.AddSingleton<OrderClock>();
    }
}
