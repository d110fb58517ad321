using BktSmart.Accounts;
using BktSmart.Ledger;
using CsCheck;

namespace BktSmart.Tests.Rules.Ledger;

public sealed class EntryOrderTest
{
    private sealed record Entry(long Account, long Number, long BookedAt, int Date);

    /// <summary>Entries of a few accounts, as they lie: in any order.</summary>
    private static readonly Gen<Entry[]> InOrder =
        from accounts in Gen.Select(Gen.Int[0, 2], Gen.Int[0, 1]).Array[0, 30].Array[1, 5]
        from entries in Gen.Shuffle(Write(accounts))
        select entries;

    [Fact]
    public void Complete_TimesNeverGoBack_FindsNothing() =>
        Gen.Select(InOrder, Gen.Int[1, 4]).Sample((entries, parts) => Assert.Empty(Find(entries, parts)));

    [Fact]
    public void Complete_OneEntryIsEarlier_NamesIt() =>
        Gen.Select(InOrder.Where(entries => entries.Any(entry => entry.Number > 1)), Gen.Int[1, 4], Gen.Int[0, 999], Gen.Bool)
            .Sample((entries, parts, row, byDate) =>
            {
                Entry[] later = [.. entries.Where(entry => entry.Number > 1)];
                var moved = later[row % later.Length];
                var places = Find(
                    [.. entries.Select(entry => entry != moved ? entry : byDate ? entry with { Date = -1 } : entry with { BookedAt = -1 })],
                    parts);
                Assert.Equal([$"{moved.Account}/{moved.Number}"], places);
            });

    [Fact]
    public void Complete_EntriesBetweenAreMissing_ComparesWhatIsThere()
    {
        Assert.Equal(["1/9"], Find([new Entry(1, 9, 4, 0), new Entry(1, 3, 5, 0)], 1));
        Assert.Empty(Find([new Entry(1, 9, 5, 0), new Entry(1, 3, 4, 0)], 1));
    }

    /// <summary>More runs than are kept before they are joined.</summary>
    [Fact]
    public void Complete_AMillionBackToFront_FindsTheOne()
    {
        var order = new EntryOrder();
        for (var number = 1_100_000; number > 0; number--)
            order.Add(1, number, number == 700_000 ? 0 : number, 0);
        order.Complete([]);
        Assert.Equal(["1/700000"], order.Backwards.All);
    }

    private static IReadOnlyList<string> Find(Entry[] entries, int parts)
    {
        EntryOrder[] all = [.. Enumerable.Range(0, parts).Select(_ => new EntryOrder())];
        for (var i = 0; i < entries.Length; i++)
            all[i * parts / entries.Length].Add(entries[i].Account, entries[i].Number, entries[i].BookedAt, entries[i].Date);
        all[0].Complete(all[1..]);
        return all[0].Backwards.All;
    }

    private static Entry[] Write((int Later, int Days)[][] accounts) =>
    [
        .. accounts.SelectMany((entries, account) => entries.Select((_, i) =>
            new Entry(account, i + 1, entries.Take(i + 1).Sum(entry => entry.Later), entries.Take(i + 1).Sum(entry => entry.Days)))),
    ];
}
