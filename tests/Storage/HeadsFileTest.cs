using BktSmart.Ledger;
using BktSmart.Silo.Verification;

namespace BktSmart.Tests.Storage;

public sealed class HeadsFileTest : IDisposable
{
    private static readonly LedgerHeads First = new(DateTimeOffset.UnixEpoch, [new(1, 2, "ab")], new(3, "cd"));
    private static readonly LedgerHeads Second = First with { ProvenAt = DateTimeOffset.UnixEpoch.AddDays(1) };

    private readonly string _path = Path.GetTempFileName();
    private readonly List<string> _said = [];

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task ReadAsync_NoFile_HasNothingAndSaysSo()
    {
        Assert.Empty(await new HeadsFile(_path + ".other").ReadAsync(_said.Add));
        Assert.Contains("is new", Assert.Single(_said), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_NoFolder_IsAnErrorBeforeAnythingIsProven() => await Assert.ThrowsAsync<DirectoryNotFoundException>(
        () => new HeadsFile(Path.Combine(_path + ".folder", "heads")).ReadAsync(_said.Add));

    [Fact]
    public async Task AddAsync_LastLineLacksOnlyItsEnd_KeepsIt()
    {
        await File.WriteAllTextAsync(_path, $"{First}", TestContext.Current.CancellationToken);
        var file = new HeadsFile(_path);
        Assert.Equal([$"{First}"], (await file.ReadAsync(_said.Add)).Select(heads => $"{heads}"));
        await file.AddAsync(Second);
        Assert.Equal([$"{First}", $"{Second}"], (await file.ReadAsync(_said.Add)).Select(heads => $"{heads}"));
        Assert.Empty(_said);
    }

    [Fact]
    public async Task AddAsync_MoreThanOne_AreReadInTheirOrder()
    {
        var file = new HeadsFile(_path);
        await file.AddAsync(First);
        await file.AddAsync(Second);
        Assert.Equal([$"{First}", $"{Second}"], (await file.ReadAsync(_said.Add)).Select(heads => $"{heads}"));
    }

    [Fact]
    public async Task AddAsync_LastLineWasCutOff_TakesItsPlace()
    {
        await File.WriteAllTextAsync(_path, $"{First}\n{$"{Second}"[..20]}", TestContext.Current.CancellationToken);
        var file = new HeadsFile(_path);
        Assert.Equal([$"{First}"], (await file.ReadAsync(_said.Add)).Select(heads => $"{heads}"));
        Assert.Contains("cut off", Assert.Single(_said), StringComparison.Ordinal);
        await file.AddAsync(Second);
        Assert.Equal([$"{First}", $"{Second}"], (await file.ReadAsync(_said.Add)).Select(heads => $"{heads}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"provenAt":"2026-11-29T00:00:00Z","chains":null,"accounts":{"number":1,"hash":"ab"}}""")]
    [InlineData("""{"provenAt":"2026-11-29T00:00:00Z","chains":[{"chain":1,"number":2}],"accounts":{"number":1,"hash":"ab"}}""")]
    public async Task ReadAsync_LineThatNoProofWrote_IsNamed(string line)
    {
        await File.WriteAllTextAsync(_path, $"{First}\n{line}\n{Second}\n", TestContext.Current.CancellationToken);
        var exception = await Assert.ThrowsAsync<InvalidDataException>(() => new HeadsFile(_path).ReadAsync(_said.Add));
        Assert.Contains("line 2", exception.Message, StringComparison.Ordinal);
    }
}
