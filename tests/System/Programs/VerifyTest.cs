namespace BktSmart.Programs;

/// <summary><c>silo verify</c> as operators run it.</summary>
public sealed class VerifyTest(SharedBank shared) : IDisposable
{
    private readonly string _heads = Path.GetTempFileName();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(_heads);

    [Fact]
    public async Task Verify_TwoTimes_KeepsTheHeadsOfBoth()
    {
        foreach (var proofs in (int[])[1, 2])
        {
            var ended = await VerifyAsync(proofs == 1 ? ["verify"] : ["verify", "new"]);
            Assert.True(ended.ExitCode == 0, ended.Output);
            var lines = await File.ReadAllLinesAsync(_heads, Stop);
            Assert.Equal(proofs, lines.Length);
            Assert.Contains($"heads: {lines[^1]}", ended.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Verify_HeadThatIsNotThere_IsAViolationAndAddsNothing()
    {
        const string Head = """
            {"provenAt":"2026-11-01T20:00:00+00:00","chains":[{"chain":1,"number":999999,"hash":"ab"}],"accounts":{"number":1,"hash":"cd"}}
            """;
        await File.WriteAllTextAsync(_heads, $"{Head}\n", Stop);
        var ended = await VerifyAsync(["verify"]);
        Assert.True(ended.ExitCode == 1, ended.Output);
        Assert.Contains("still stands: batch 999999 of chain 1, proven at 2026-11-01T20:00:00", ended.Output, StringComparison.Ordinal);
        Assert.Contains("still stands: entry 1 of the accounts' history", ended.Output, StringComparison.Ordinal);
        Assert.Equal($"{Head}\n", await File.ReadAllTextAsync(_heads, Stop));
    }

    [Theory]
    [InlineData("not a line of heads\n", "line 1 of")]
    [InlineData(null, "denied")]
    public async Task Verify_FileThatCannotBeUsed_SaysSoWithoutAStackTrace(string? content, string reason)
    {
        if (content is not null)
            await File.WriteAllTextAsync(_heads, content, Stop);
        var ended = await VerifyAsync(["verify"], content is null ? Path.GetDirectoryName(_heads)! : _heads);
        Assert.True(ended.ExitCode == 1, ended.Output);
        Assert.Contains(reason, ended.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ended.Output, StringComparison.Ordinal);
    }

    private Task<Ended> VerifyAsync(string[] args, string? heads = null) => TestProgram.RunSiloAsync(args, new()
    {
        ["Database__ConnectionString"] = shared.Bank.SiloConnectionString,
        ["Verification__HeadsFile"] = heads ?? _heads,
    });
}
