using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text;
using BktSmart.Accounts;
using BktSmart.Authentication;
using BktSmart.Ledger;
using BktSmart.Messages;
using BktSmart.Payments;
using BktSmart.Silo.Messages;
using BktSmart.Silo.Migration;
using Npgsql;

namespace BktSmart.Silo.Hosting;

/// <summary>What is wrong with the configuration, found before anything is started: each problem is a sentence that says what to set.</summary>
internal static class StartupChecks
{
    /// <summary>The problems of the configuration; where there are none, those of the database's schema.</summary>
    public static async Task<IReadOnlyList<string>> FindProblemsAsync(IConfiguration configuration, IHostEnvironment environment)
    {
        if (FindProblems(configuration, environment) is { Count: > 0 } problems)
            return problems;

        var options = configuration.GetSection(DatabaseOptions.Section).Get<DatabaseOptions>()!;
        await using var database = DatabaseExtensions.BuildSource(options, "bktsmart-start");
        try
        {
            var missing = await Migrator.FindMissingAsync(database, CancellationToken.None);
            return missing switch
            {
                [] => [],
                [var one] => [$"the database lacks {one}: run 'silo migrate' first."],
                [var first, ..] => [$"the database lacks {first} and {missing.Count - 1} more: run 'silo migrate' first."],
            };
        }
        catch (NpgsqlException exception)
        {
            return [$"Database:ConnectionString: the database does not answer: {exception.Message}"];
        }
    }

    public static IReadOnlyList<string> FindProblems(IConfiguration configuration, IHostEnvironment environment)
    {
        var problems = new List<string>();
        var member = Read<ClusterMemberOptions>(ClusterMemberOptions.Section);
        if (!IPAddress.TryParse(member.AdvertisedAddress, out _))
            problems.Add("Cluster:AdvertisedAddress must be the IP address under which other silos and API nodes reach this one.");

        if (FindProblem(Read<DatabaseOptions>(DatabaseOptions.Section).ConnectionString) is { } database)
            problems.Add($"Database:ConnectionString {database}");
        if (BankKeys.FindProblem(Read<KeyOptions>(KeyOptions.Section)) is { } keys)
            problems.Add(keys);
        if (MessageOptions.FindProblem(Read<MessageOptions>(MessageOptions.Section), environment) is { } messages)
            problems.Add(messages);
        Read<AccountOptions>(AccountOptions.Section);
        Read<ApprovalOptions>(ApprovalOptions.Section);
        Read<FnpOptions>(FnpOptions.Section);
        Read<LedgerOptions>(LedgerOptions.Section);
        Read<LedgerEventOptions>(LedgerEventOptions.Section);
        Read<LockoutOptions>(LockoutOptions.Section);
        Read<MessageDeliveryOptions>(MessageDeliveryOptions.Section);
        Read<PasswordHashOptions>(PasswordHashOptions.Section);
        Read<PasswordOptions>(PasswordOptions.Section);
        Read<PaymentOptions>(PaymentOptions.Section);
        Read<Authentication.SessionOptions>(Authentication.SessionOptions.Section);

        // In the invariant mode of .NET, string.Normalize quietly returns its input, and a password typed on another keyboard would be another password.
        if ("e\u0308".Normalize(NormalizationForm.FormC).Length != 1)
            problems.Add("ICU is missing or switched off: install libicu, and unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT.");
        return problems;

        T Read<T>(string section) where T : class, new() => StartupChecks.Read<T>(configuration, section, problems);
    }

    /// <summary>The options of a section, with what is wrong with them added to the problems.</summary>
    public static T Read<T>(IConfiguration configuration, string section, List<string> problems) where T : class, new()
    {
        T options;
        try
        {
            options = configuration.GetSection(section).Get<T>() ?? new T();
        }
        catch (InvalidOperationException exception)
        {
            problems.Add($"Section {section}: {exception.InnerException?.Message ?? exception.Message}");
            return new T();
        }

        var results = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true);
        problems.AddRange(results.Select(result => $"{section}: {result.ErrorMessage}"));
        return options;
    }

    /// <summary>What is wrong with a connection string; null where it can be read.</summary>
    public static string? FindProblem(string connectionString)
    {
        try
        {
            return string.IsNullOrEmpty(new NpgsqlConnectionStringBuilder(connectionString).Host)
                ? "is not set: give the Npgsql connection string of the database."
                : null;
        }
        catch (ArgumentException)
        {
            return "is not an Npgsql connection string.";
        }
    }
}
