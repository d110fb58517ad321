using System.Globalization;
using BktSmart.Ledger;
using BktSmart.Silo.Hosting;
using Npgsql;

namespace BktSmart.Silo.Verification;

/// <summary><c>silo verify</c>: proves the invariants of the ledger, says how long each took, and names each violation.</summary>
internal static class VerifyCommand
{
    /// <param name="onlyNew">Only what came since the last proof that found no violation.</param>
    public static async Task<int> RunAsync(string[] args, bool onlyNew)
    {
        var configuration = WebApplication.CreateBuilder(
            new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory }).Configuration;
        var connectionString = configuration[$"{DatabaseOptions.Section}:{nameof(DatabaseOptions.ConnectionString)}"] ?? "";
        if (DatabaseOptions.FindProblem(connectionString) is { } problem)
        {
            await Console.Error.WriteLineAsync($"silo verify: Database:ConnectionString {problem}");
            return 1;
        }

        // Whatever is read of a whole ledger may take its time.
        var patient = new NpgsqlConnectionStringBuilder(connectionString) { CommandTimeout = 0 }.ConnectionString;
        await using var database = DatabaseExtensions.BuildSource(
            new DatabaseOptions { ConnectionString = patient }, "bktsmart-verify", LedgerVerifier.ConnectionsMax + 1);
        try
        {
            var options = configuration.GetSection(VerificationOptions.Section).Get<VerificationOptions>() ?? new VerificationOptions();
            var heads = options.HeadsFile.Length > 0 ? new HeadsFile(options.HeadsFile) : null;
            var kept = heads is null ? [] : await heads.ReadAsync(note => Console.Error.WriteLine($"silo verify: {note}"));
            var verifier = new LedgerVerifier(database);
            var report = onlyNew
                ? await verifier.VerifyNewAsync(CancellationToken.None, kept)
                : await verifier.VerifyAsync(CancellationToken.None, kept);
            Print(report);
            if (report.Violations.Count > 0)
                return 1;
            Console.WriteLine($"heads: {report.Heads}");
            if (report.NotNoted is { } reason)
                await Console.Error.WriteLineAsync(
                    $"silo verify: the proof could not be noted in the database, and the next one begins where it did: {reason.Message}");
            if (heads is not null)
                await heads.AddAsync(report.Heads);
            return report.NotNoted is null ? 0 : 1;
        }
        catch (Exception exception) when (
            exception is NpgsqlException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"silo verify: {exception.Message}");
            return 1;
        }
    }

    private static void Print(VerificationReport report)
    {
        foreach (var invariant in report.Invariants)
        {
            var outcome = invariant.Violations.Count == 0 ? "holds   " : "VIOLATED";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{invariant.Took.TotalSeconds,9:F2} s  {outcome}  {invariant.Name}"));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{(report.Whole ? "The whole ledger" : "What came since the last proof")}: "
            + $"{report.Batches} batches, {report.Transfers} transfers; {report.Postings} postings, {report.Accounts} accounts in all; "
            + $"{report.Took.TotalSeconds:F2} s; {report.Violations.Count} violations."));
        foreach (var violation in report.Violations)
            Console.WriteLine(violation);
    }
}
