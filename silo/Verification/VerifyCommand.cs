using BktSmart.Ledger;
using BktSmart.Silo.Hosting;
using Npgsql;

namespace BktSmart.Silo.Verification;

/// <summary><c>silo verify</c>: proves the invariants of the ledger and names each violation.</summary>
internal static class VerifyCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        var configuration = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory }).Configuration;
        var connectionString = configuration[$"{DatabaseOptions.Section}:{nameof(DatabaseOptions.ConnectionString)}"] ?? "";
        if (StartupChecks.FindProblem(connectionString) is { } problem)
        {
            await Console.Error.WriteLineAsync($"silo verify: Database:ConnectionString {problem}");
            return 1;
        }

        await using var database = DatabaseExtensions.BuildSource(new DatabaseOptions { ConnectionString = connectionString }, "bktsmart-verify");
        try
        {
            var report = await new LedgerVerifier(database).VerifyAsync(CancellationToken.None);
            Console.WriteLine($"{report.Transfers} transfers, {report.Postings} postings, {report.Accounts} accounts: {report.Violations.Count} violations.");
            foreach (var violation in report.Violations)
                Console.WriteLine(violation);
            return report.Violations.Count == 0 ? 0 : 1;
        }
        catch (NpgsqlException exception)
        {
            await Console.Error.WriteLineAsync($"silo verify: {exception.Message}");
            return 1;
        }
    }
}
