using System.Globalization;
using BktSmart.Authentication;
using Microsoft.Extensions.Options;

namespace BktSmart.Tests.Rules;

public sealed class PasswordHasherTest
{
    private const int Niceness = 7;

    [Fact]
    public async Task HashAsync_Always_IsOnAThreadThatLeavesProcessorsToOthers()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has a niceness for each thread.");
        using var hasher = new PasswordHasher(Options.Create(new PasswordHashOptions { ConcurrencyMax = 1, Niceness = Niceness }));
        await hasher.HashAsync(new Secret("correct horse 1"), CancellationToken.None);
        Assert.Contains(Directory.GetDirectories("/proc/self/task"), thread => IsOfHasher(thread) && NicenessOf(thread) == Niceness);
    }

    private static bool IsOfHasher(string thread) =>
        File.Exists($"{thread}/comm") && File.ReadAllText($"{thread}/comm").Trim() == "password hash";

    /// <summary>The nineteenth field of proc_pid_stat(5); the second, in brackets, may hold spaces.</summary>
    private static int NicenessOf(string thread) => int.Parse(
        File.ReadAllText($"{thread}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[16],
        CultureInfo.InvariantCulture);
}
