[assembly: AssemblyFixture(typeof(BktSmart.Infrastructure.SharedBank))]
[assembly: AssemblyFixture(typeof(BktSmart.Tests.Infrastructure.UnobservedExceptions))]
// Tests mostly wait for the bank. More at once than processors keep these busy.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]

namespace BktSmart.Infrastructure;

/// <summary>The bank of all tests that break nothing: one silo, one API.</summary>
public sealed class SharedBank : IAsyncLifetime
{
    private TestBank? _bank;

    public TestBank Bank => _bank ?? throw new InvalidOperationException("The bank is not started.");

    public async ValueTask InitializeAsync() => _bank = await TestBank.StartAsync("shared");

    /// <summary>After all tests, whatever they did: no password and no card number is left anywhere.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_bank is null)
            return;
        try
        {
            // With a filter, maybe no test came here.
            if (await _bank.ReadAsync<long>("select count(*) from bank.credentials") == 0)
                return;
            KeyValuePair<string, string>[] secrets = [.. TestBank.Everybody.SelectMany(person =>
                (KeyValuePair<string, string>[])[new("a password", person.Password), new("a card number", person.CardNumber)])];
            SecretScan.AssertNone(secrets, (await SecretScan.ReadLogsAsync(_bank)).SelectMany(log => log.Split('\n')));
            SecretScan.AssertNone(secrets, await SecretScan.ReadMetricsAsync(_bank));
            SecretScan.AssertNone(secrets, await SecretScan.ReadRowsAsync(_bank));
        }
        finally
        {
            await _bank.DisposeAsync();
        }
    }
}
