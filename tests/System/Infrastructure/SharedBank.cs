[assembly: AssemblyFixture(typeof(BktSmart.Infrastructure.SharedBank))]
// Tests mostly wait for the bank. More at once than processors keep these busy.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]

namespace BktSmart.Infrastructure;

/// <summary>The bank of all tests that break nothing: one silo, one API.</summary>
public sealed class SharedBank : IAsyncLifetime
{
    private TestBank? _bank;

    public TestBank Bank => _bank ?? throw new InvalidOperationException("The bank is not started.");

    public async ValueTask InitializeAsync() => _bank = await TestBank.StartAsync("shared");

    public ValueTask DisposeAsync() => _bank?.DisposeAsync() ?? ValueTask.CompletedTask;
}
