using BktSmart.Silo.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.Silo.Migration;

/// <summary><c>silo migrate</c>: brings the schema up to date as the owner of the database.</summary>
internal static class MigrateCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        var configuration = WebApplication.CreateBuilder(
            new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory }).Configuration;
        var connectionString = configuration[$"{DatabaseOptions.Section}:{nameof(DatabaseOptions.MigrationConnectionString)}"] ?? "";
        if (DatabaseOptions.FindProblem(connectionString) is { } problem)
        {
            await Console.Error.WriteLineAsync($"silo migrate: Database:MigrationConnectionString {problem}");
            return 1;
        }

        await using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddChecked<MigrationOptions>(MigrationOptions.Section)
            .BuildServiceProvider();
        try
        {
            services.CheckOptions();
        }
        catch (Exception exception) when (StartupProblems.Describe(exception) is { } problems)
        {
            foreach (var sentence in problems)
                await Console.Error.WriteLineAsync($"silo migrate: {sentence}");
            return 1;
        }

        var options = services.GetRequiredService<IOptions<MigrationOptions>>().Value;
        await using var owner = BuildSource(connectionString);
        try
        {
            var applied = await new Migrator(owner, options, say: Console.WriteLine).MigrateAsync(CancellationToken.None);
            Console.WriteLine(applied.Count == 0 ? "The schema is up to date." : $"Applied {string.Join(", ", applied)}.");
            return 0;
        }
        catch (MigrationException exception)
        {
            await Console.Error.WriteLineAsync($"silo migrate: {exception.Message}");
            return 1;
        }
    }

    /// <summary>Connections that notice a silent network although nothing limits how long a statement takes.</summary>
    internal static NpgsqlDataSource BuildSource(string connectionString) => NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "bktsmart-migrate",
            TcpKeepAlive = true,
            // Seconds.
            TcpKeepAliveTime = 10,
            TcpKeepAliveInterval = 5,
        }.ConnectionString);
}
