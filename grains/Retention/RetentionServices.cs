using Microsoft.Extensions.DependencyInjection;

namespace BktSmart.Retention;

internal static class RetentionServices
{
    /// <summary>Forgets what is older than it is to be kept, of the tables that slices name.</summary>
    public static ISiloBuilder AddRetention(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddChecked<RetentionOptions>(RetentionOptions.Section);
        services.AddSingleton<RetentionStore>();
        services.AddWithLifecycle<RetentionWork>();
        return silo;
    }

    /// <summary>A table by months: whole months of it are forgotten.</summary>
    public static void KeepByMonth(
        this IServiceCollection services, string table, string setting, Func<RetentionOptions, TimeSpan> kept) =>
        services.AddSingleton(new RetainedTable(table, setting, kept, ByMonth: true));

    /// <summary>A table whose rows are forgotten in bites.</summary>
    public static void KeepByRow(
        this IServiceCollection services, string table, string setting, Func<RetentionOptions, TimeSpan> kept) =>
        services.AddSingleton(new RetainedTable(table, setting, kept, ByMonth: false));
}
