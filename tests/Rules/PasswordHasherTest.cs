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
        using var hasher = new PasswordHasher(
            Options.Create(new PasswordHashOptions { ConcurrencyMax = 1, Niceness = Niceness }), new Argon2Derivation());
        await hasher.HashAsync(new Secret("correct horse 1"), CancellationToken.None);
        Assert.Contains(Directory.GetDirectories("/proc/self/task"), thread => IsOfHasher(thread) && NicenessOf(thread) == Niceness);
    }

    [Fact]
    public async Task VerifyAsync_AsManyWaitAsMay_RefusesTheNextAndLosesNone()
    {
        var gate = new Gate();
        using var hasher = new PasswordHasher(Options.Create(new PasswordHashOptions { ConcurrencyMax = 1, WaitingMax = 2 }), gate);
        var under = hasher.HashAsync(new Secret("correct horse 1"), CancellationToken.None);
        await gate.Reached.Task;
        var waiting = Enumerable.Range(0, 2).Select(_ => hasher.VerifyAsync(
            new Secret("correct horse 1"), hash: null, CancellationToken.None)).ToArray();
        var patience = TimeSpan.FromMinutes(1);
        var refused = await hasher.VerifyAsync(new Secret("correct horse 1"), hash: null, CancellationToken.None).WaitAsync(patience);
        Assert.Equal(Reason.Overloaded, refused.Refusal?.Reason);
        var unmade = await hasher.HashAsync(new Secret("correct horse 1"), CancellationToken.None).WaitAsync(patience);
        Assert.Equal(Reason.Overloaded, unmade.Refusal?.Reason);

        gate.Open.SetResult();
        Assert.True((await under).Succeeded);
        Assert.All(await Task.WhenAll(waiting), answer => Assert.True(answer.Succeeded));
    }

    /// <summary>Hashes nothing before it is opened.</summary>
    private sealed class Gate : IPasswordDerivation
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public byte[] Derive(Secret password, byte[] salt, int memoryKib, int passes, int length)
        {
            Reached.TrySetResult();
            Open.Task.Wait();
            return new byte[length];
        }
    }

    private static bool IsOfHasher(string thread) =>
        File.Exists($"{thread}/comm") && File.ReadAllText($"{thread}/comm").Trim() == "password hash";

    /// <summary>The nineteenth field of proc_pid_stat(5); the second, in brackets, may hold spaces.</summary>
    private static int NicenessOf(string thread) => int.Parse(
        File.ReadAllText($"{thread}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[16],
        CultureInfo.InvariantCulture);
}
