using BktSmart.Ledger;

namespace BktSmart.Tests.Storage;

public sealed class LedgerCacheTest
{
    /// <summary>
    /// A silo that is alone shows what it remembers without asking the database, so an old state must never replace a newer one.
    /// </summary>
    [Fact]
    public void Keep_OlderStateAtTheSameMoment_DoesNotReplaceTheNewer()
    {
        const int Rounds = 100_000;
        var cache = Bank.NewCache();
        using var barrier = new Barrier(2);
        var replaced = 0;
        // The writer keeps what it has booked; a reader comes with what it read just before.
        var writer = new Thread(() => Run(version => 2 * version + 1));
        var reader = new Thread(() => Run(version => 2 * version));
        writer.Start();
        reader.Start();
        writer.Join();
        reader.Join();
        Assert.True(replaced == 0, $"An older state replaced a newer one in {replaced} of {Rounds} rounds.");

        void Run(Func<long, long> versionOf)
        {
            for (var round = 1; round <= Rounds; round++)
            {
                barrier.SignalAndWait();
                cache.Add(State(versionOf(round)));
                barrier.SignalAndWait();
                if (cache.FindAccount(1)!.Version != 2 * round + 1)
                    Interlocked.Increment(ref replaced);
            }
        }

        static AccountState State(long version) =>
            new(1, Bank.All, null, null, AccountFreeze.None, false, 0, 0, 0, version, DateTime.UnixEpoch);
    }
}
