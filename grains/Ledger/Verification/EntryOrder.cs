using System.Runtime.InteropServices;

namespace BktSmart.Ledger;

/// <summary>
/// Finds, in one pass over entries in any order, those of an account that were booked before the entry before them. Of numbers that follow
/// each other only the first and the last are kept: entries lie nearly in their order, so that an account has few such runs at a time.
/// </summary>
internal sealed class EntryOrder
{
    private const int MergeAt = 1 << 20;

    private readonly Dictionary<long, Run> _last = [];
    private List<(long Account, Run Run)> _ended = [];
    private int _mergeAt = MergeAt;

    /// <summary>Entries whose booking time or business date is before that of the one before, as account/number.</summary>
    public Places Backwards { get; } = new();

    /// <param name="bookedAt">Microseconds since 2000.</param>
    /// <param name="date">Days since 2000.</param>
    public void Add(long account, long number, long bookedAt, int date)
    {
        var entry = new Entry(number, bookedAt, date);
        ref var run = ref CollectionsMarshal.GetValueRefOrAddDefault(_last, account, out var known);
        if (known && run.Last.IsBefore(number))
        {
            Compare(account, run.Last, entry);
            run = run with { Last = entry };
            return;
        }

        if (known)
            _ended.Add((account, run));
        run = new Run(entry, entry);
        if (_ended.Count >= _mergeAt)
        {
            _ended = Merge(_ended);
            _mergeAt = Math.Max(MergeAt, 2 * _ended.Count);
        }
    }

    /// <summary>
    /// Compares what lies apart as well, also with what other passes took of the same accounts. Entries that are missing between two do not
    /// matter.
    /// </summary>
    public void Complete(IEnumerable<EntryOrder> others)
    {
        foreach (var other in others)
        {
            _ended.AddRange(other._ended);
            _ended.AddRange(other._last.Select(run => (run.Key, run.Value)));
            Backwards.Add(other.Backwards);
        }

        _ended.AddRange(_last.Select(run => (run.Key, run.Value)));
        var runs = Merge(_ended);
        for (var i = 1; i < runs.Count; i++)
        {
            if (runs[i].Account == runs[i - 1].Account)
                Compare(runs[i].Account, runs[i - 1].Run.Last, runs[i].Run.First);
        }
    }

    /// <summary>Sorts runs and joins those that follow each other.</summary>
    private List<(long Account, Run Run)> Merge(List<(long Account, Run Run)> runs)
    {
        runs.Sort(
            (one, other) =>
            one.Account != other.Account ? one.Account.CompareTo(other.Account) : one.Run.First.Number.CompareTo(other.Run.First.Number));
        var merged = new List<(long Account, Run Run)>();
        foreach (var (account, run) in runs)
        {
            if (merged.Count > 0 && merged[^1] is var (last, before) && last == account && before.Last.IsBefore(run.First.Number))
            {
                Compare(account, before.Last, run.First);
                merged[^1] = (account, before with { Last = run.Last });
            }
            else
            {
                merged.Add((account, run));
            }
        }

        return merged;
    }

    private void Compare(long account, in Entry before, in Entry entry)
    {
        if (entry.BookedAt < before.BookedAt || entry.Date < before.Date)
            Backwards.Add($"{account}/{entry.Number}");
    }

    private readonly record struct Entry(long Number, long BookedAt, int Date)
    {
        public bool IsBefore(long number) => number > Number && number - 1 == Number;
    }

    private readonly record struct Run(Entry First, Entry Last);
}
