using BktSmart.Authentication;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BktSmart.Tests.Cluster;

/// <summary>A bank whose hashes wait while a test holds them, and that has few stand-ins.</summary>
public sealed class GatedBank(TestServer server)
    : BankCluster(server, new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero)))
{
    internal HashGate Gate { get; } = new();

    internal FakeTimeProvider Clock => (FakeTimeProvider)Time;

    public const int StandInsMax = 3;

    protected override void Configure(ISiloBuilder silo)
    {
        silo.Services.AddSingleton<IPasswordDerivation>(Gate);
        silo.Services.AddSingleton(Options.Create(new LockoutOptions { StandInsMax = StandInsMax }));
    }
}

/// <summary>Hashes cheaply and, while it is shut, not at all.</summary>
internal sealed class HashGate : IPasswordDerivation
{
    private readonly Argon2Derivation _argon = new();
    private TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _held;

    public HashGate() => Open();

    /// <summary>Hashes that are under way and wait for the gate.</summary>
    public int Held => Volatile.Read(ref _held);

    public void Shut() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open() => _open.TrySetResult();

    public byte[] Derive(Secret password, byte[] salt, int memoryKib, int passes, int length)
    {
        Interlocked.Increment(ref _held);
        Assert.True(_open.Task.Wait(BankCluster.Patience), "Nobody opened the gate.");
        Interlocked.Decrement(ref _held);
        return _argon.Derive(password, salt, memoryKib, passes, length);
    }
}
