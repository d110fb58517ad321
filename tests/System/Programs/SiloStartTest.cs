using BktSmart.Dev.Database;

namespace BktSmart.Programs;

/// <summary>A silo that is set up wrongly says so in a sentence, before it has started anything.</summary>
public sealed class SiloStartTest(SharedBank shared)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_SinkOfDevelopmentInProduction_IsRefused()
    {
        var ended = await TestProgram.RunSiloAsync([], Settings("Production", shared.Bank.SiloConnectionString));
        Assert.True(ended.ExitCode == 1, ended.Output);
        Assert.Contains("Messages:SinkFile", ended.Output, StringComparison.Ordinal);
        AssertNoStackTrace(ended);
    }

    [Fact]
    public async Task Start_DatabaseWithoutSchema_NamesTheMigration()
    {
        var admin = shared.Bank.Server?.AdminConnectionString ?? TestServer.AdminConnectionString!;
        await using var empty = await LocalDatabase.CreateAsync(admin, TestServer.NewDatabase(), cancellationToken: Stop);
        try
        {
            var ended = await TestProgram.RunSiloAsync([], Settings("Development", empty.SiloConnectionString));
            Assert.True(ended.ExitCode == 1, ended.Output);
            Assert.Contains("silo migrate", ended.Output, StringComparison.Ordinal);
            AssertNoStackTrace(ended);
        }
        finally
        {
            await empty.DropAsync(Stop);
        }
    }

    [Fact]
    public async Task Start_NoDatabase_NamesTheSetting()
    {
        var ended = await TestProgram.RunSiloAsync([], Settings("Development", ""));
        Assert.True(ended.ExitCode == 1, ended.Output);
        Assert.Contains("Database:ConnectionString", ended.Output, StringComparison.Ordinal);
        AssertNoStackTrace(ended);
    }

    [Theory]
    [InlineData("00:00:59")]
    [InlineData("30.00:00:01")]
    [InlineData("soon")]
    public async Task Start_LifetimeOfApprovalsOutOfRange_NamesTheSetting(string lifetime)
    {
        var settings = Settings("Development", shared.Bank.SiloConnectionString);
        settings["Approvals__Lifetime"] = lifetime;
        var ended = await TestProgram.RunSiloAsync([], settings);
        Assert.True(ended.ExitCode == 1, ended.Output);
        Assert.Matches("silo: .*Approvals.*Lifetime|silo: .*Approvals: .*soon", ended.Output);
        AssertNoStackTrace(ended);
    }

    [Fact]
    public async Task Start_UnknownVerb_IsAUsageError()
    {
        var ended = await TestProgram.RunSiloAsync(["explode"], []);
        Assert.Equal(2, ended.ExitCode);
        Assert.Contains("migrate, verify", ended.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("old")]
    public async Task Verify_UnknownWord_IsAUsageError(string word)
    {
        var ended = await TestProgram.RunSiloAsync(["verify", word], []);
        Assert.Equal(2, ended.ExitCode);
        Assert.Contains("'new'", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_SecondTime_ChangesNothing()
    {
        var ended = await TestProgram.RunSiloAsync(
            ["migrate"], new() { ["Database__MigrationConnectionString"] = shared.Bank.OwnerConnectionString });
        Assert.True(ended.ExitCode == 0, ended.Output);
    }

    private Dictionary<string, string> Settings(string environment, string connectionString) => new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = environment,
        ["DOTNET_ENVIRONMENT"] = environment,
        ["Database__ConnectionString"] = connectionString,
        ["Keys__Directory"] = shared.Bank.Keys,
        ["Messages__SinkFile"] = shared.Bank.Bank.Messages.Path,
    };

    private static void AssertNoStackTrace(Ended ended) => Assert.DoesNotContain("   at ", ended.Output, StringComparison.Ordinal);
}
