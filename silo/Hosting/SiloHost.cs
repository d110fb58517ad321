using BktSmart.Messages;
using BktSmart.Silo.Messages;
using Npgsql;

namespace BktSmart.Silo.Hosting;

internal static class SiloHost
{
    /// <summary>Everything of a silo.</summary>
    public static void AddSilo(this WebApplicationBuilder builder)
    {
        builder.Services.AddBankClock();
        builder.AddDatabase();
        builder.AddMessages();
        builder.AddLogging();
        builder.AddTelemetry(
            "bktsmart-silo",
            metrics => metrics.AddMeter("Npgsql"),
            traces => traces.AddSource(BankTelemetry.Name, "Microsoft.Orleans.Application").AddNpgsql());
        builder.Host.UseOrleans(silo => silo.AddCluster().AddBank());
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(60));
    }

    private static void AddLogging(this WebApplicationBuilder builder)
    {
        builder.Logging.ClearProviders();
        if (builder.Environment.IsDevelopment())
            builder.Logging.AddSimpleConsole(options => options.SingleLine = true);
        else
            builder.Logging.AddJsonConsole(options => options.UseUtcTimestamp = true);
    }
}
