using System.Globalization;
using System.Net;
using System.Net.Sockets;
using BktSmart.Dev;
using BktSmart.Dev.Processes;

namespace BktSmart.Programs;

/// <summary>Who calls <c>./run</c> wrongly reads one clear sentence, before anything is started.</summary>
public sealed class LauncherTest
{
    private const int Failure = 1;
    private const int WrongUsage = 2;

    [Theory]
    [InlineData("--port takes a number from 1 to 65535, not 'abc'.", "--port", "abc")]
    [InlineData("--port takes a number from 1 to 65535, not '0'.", "--port", "0")]
    [InlineData("--port takes a number from 1 to 65535, not '70000'.", "--port", "70000")]
    [InlineData("--data takes the path of a folder.", "--data", "")]
    [InlineData("'nonsense'", "nonsense")]
    [InlineData("--database takes the name of a database.", "--database", "")]
    [InlineData("--origin takes https://host", "--check", "--origin", "localhost:5173")]
    [InlineData("--origin takes https://host", "--check", "--origin", "http://localhost:5173/")]
    [InlineData("--origin takes https://host", "--check", "--origin", "http://app.bank.example")]
    [InlineData("--origin takes https://host", "--check", "--origin", "")]
    public async Task Run_WrongArgument_IsRefusedAndPointsToTheHelp(string reason, params string[] arguments)
    {
        var ended = await RunAsync(arguments);
        AssertRefused(WrongUsage, reason, ended);
        Assert.Contains("./run --help", ended.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/below/it")]
    public async Task Run_DataIsAFile_IsRefused(string below)
    {
        var file = typeof(LauncherTest).Assembly.Location;
        AssertRefused(WrongUsage, $"{file} is a file", await RunAsync("--data", file + below));
    }

    [Fact]
    public async Task Check_PortTaken_NamesThePortAndMakesNothing()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
        var folder = TestServer.NewFolder("port-taken");

        AssertRefused(Failure, $"Port {port} is in use by another program", await RunAsync("--check", "--port", port, "--data", folder));
        Assert.False(Directory.Exists(folder), $"{folder} was made.");
    }

    [Fact]
    public async Task Check_PortWithoutRights_SaysThatRightsAreMissing()
    {
        const string FirstFreePort = "/proc/sys/net/ipv4/ip_unprivileged_port_start";
        Assert.SkipUnless(File.Exists(FirstFreePort) && await File.ReadAllTextAsync(FirstFreePort) != "0\n", "Every port is free to all.");
        // Root without its right to low ports.
        string[] withoutRight = Environment.IsPrivilegedProcess ? ["setpriv", "--bounding-set", "-net_bind_service"] : ["env"];
        string[] command = [.. withoutRight, "dotnet", Launcher, "--check", "--port", "1", "--data", TestServer.NewFolder("port-rights")];

        var ended = await TestProgram.RunAsync(command[0], command[1..], Repository.Root);
        AssertRefused(Failure, "Port 1 needs rights that this user does not have", ended);
    }

    [Fact]
    public async Task Token_NoBank_SaysWhatToStartAndMakesNothing()
    {
        var folder = TestServer.NewFolder("no-bank");
        AssertRefused(Failure, $"There is no bank in {folder}. Start one with ./run", await RunAsync("token", "--data", folder));
        Assert.False(Directory.Exists(folder), $"{folder} was made.");
    }

    [Theory]
    [InlineData("a b")]
    [InlineData("")]
    [InlineData("ä")]
    public async Task Token_SubjectThatTheApiRefuses_IsRefused(string subject) => AssertRefused(
        WrongUsage, "--subject takes 1 to 255 visible ASCII characters", await RunAsync("token", "--subject", subject));

    [Fact]
    public async Task Check_DataThatCannotBe_SaysSo() => AssertRefused(
        Failure, "/proc/bank cannot be used", await RunAsync("--check", "--data", "/proc/bank"));

    [Fact]
    public async Task Check_DataOfAnotherLauncher_SaysSo()
    {
        var folder = TestServer.NewFolder("taken");
        using var other = DataFolder.Open(folder, _ => { });
        AssertRefused(Failure, $"{folder} is in use by another launcher", await RunAsync("--check", "--data", folder));
    }

    [Fact]
    public async Task Token_UnknownRole_NamesTheRoles()
    {
        var ended = await RunAsync("token", "--role", "nobody");
        AssertRefused(WrongUsage, "nobody", ended);
        Assert.Contains("./run token --help lists the choices", ended.Output, StringComparison.Ordinal);
        foreach (var role in (string[])["branch", "contact-centre", "operations", "auditor"])
            Assert.Contains($"'{role}'", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_Always_NamesTheScript()
    {
        var ended = await RunAsync("--help");
        Assert.True(ended.ExitCode == 0, ended.Output);
        Assert.Contains("  ./run [command] [options]", ended.Output, StringComparison.Ordinal);
        Assert.Contains("  ./run token [options]", (await RunAsync("token", "--help")).Output, StringComparison.Ordinal);
    }

    private static string Launcher => Repository.Program("dev", "dev");

    private static Task<Ended> RunAsync(params string[] arguments) =>
        TestProgram.RunAsync("dotnet", [Launcher, .. arguments], Repository.Root);

    private static void AssertRefused(int exitCode, string reason, Ended ended)
    {
        Assert.True(ended.ExitCode == exitCode, ended.Output);
        Assert.Contains(reason, ended.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Output, StringComparison.Ordinal);
    }
}
