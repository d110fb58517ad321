using BktSmart.Dev;

namespace BktSmart.Reflection;

/// <summary>The script that takes a newcomer through the bank does so.</summary>
public sealed class TourTest
{
    // Some fifty programs, one after the other, beside the other tests.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Tour_OfABankThatAsksForFnps_GoesToTheEnd()
    {
        // The shared bank asks for no FNP, and that is half of the tour.
        var buf = await FindBufAsync();
        await using var bank = await TestBank.StartAsync("tour", freePayments: false);

        var ended = await RunAsync(buf, bank.Folder);
        Assert.True(ended.ExitCode == 0, ended.Output);
        Assert.Contains("That was the tour", ended.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await bank.VerifyAsync()).ExitCode);
    }

    [Fact]
    public async Task Tour_WithoutABank_SaysWhatToDo()
    {
        var ended = await RunAsync(await FindBufAsync(), "/nowhere");
        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("there is no bank in /nowhere. Start one with ./run", ended.Output, StringComparison.Ordinal);
    }

    private static async Task<string> FindBufAsync()
    {
        var buf = await Buf.FindAsync();
        Assert.SkipWhen(buf is null, "buf is not here and npm cannot install it.");
        return buf;
    }

    private static Task<Ended> RunAsync(string buf, string folder) => TestProgram.RunAsync(
        "bash",
        [Path.Combine(Repository.Root, "docs", "tour"), "--data", folder],
        Repository.Root,
        new() { ["PATH"] = $"{Path.GetDirectoryName(buf)}{Path.PathSeparator}{Environment.GetEnvironmentVariable("PATH")}" },
        Patience);
}
