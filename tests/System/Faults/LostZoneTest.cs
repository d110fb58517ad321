using System.Diagnostics;
using BktSmart.Dev.Bank;

namespace BktSmart.Faults;

/// <summary>All silos die at once, and new ones come at new addresses, as when a zone is lost.</summary>
[Collection(typeof(OneAtATime))]
public sealed class LostZoneTest
{
    private const int Zone = 2;

    /// <summary>On top of a few usual starts: the machine may be busy. With the default of Orleans it takes a minute and a half.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private const int UsualStarts = 3;

    [Fact]
    public async Task Silos_AllLostAndReplacedAtNewAddresses_AreSoonReady()
    {
        await using var bank = await TestBank.StartAsync("zone", Zone);
        // The new ones look for the lost ones, and the API for both.
        bank.ExpectErrors("Orleans.");
        var silos = bank.Bank.Silos;
        await silos[1].StopAsync();
        var usual = await StartTimeAsync(silos[1]);

        await Task.WhenAll(silos.Select(silo => silo.KillAsync()));
        LocalSilo[] replacements = [.. Enumerable.Range(0, Zone).Select(_ => bank.Bank.AddSilo())];
        var took = (await Task.WhenAll(replacements.Select(StartTimeAsync))).Max();
        var seen = $"The new silos were ready after {took.TotalSeconds:F1} s, where a start usually takes {usual.TotalSeconds:F1} s.";
        TestContext.Current.TestOutputHelper!.WriteLine(seen);
        Assert.True(took <= Patience + UsualStarts * usual, seen);
    }

    private static async Task<TimeSpan> StartTimeAsync(LocalSilo silo)
    {
        var watch = Stopwatch.StartNew();
        await silo.StartAsync(TestContext.Current.CancellationToken);
        return watch.Elapsed;
    }
}
