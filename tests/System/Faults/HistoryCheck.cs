using BktSmart.V1;

namespace BktSmart.Faults;

/// <summary>
/// Compares what the clients were told, and when, with the order in which the bank has it. An account's list of transactions is the order
/// of everything that happened on it; strict serializability says that this order, and every reading of balances, is also one in time: what
/// was acknowledged before something else was asked for is before it.
/// </summary>
internal static class HistoryCheck
{
    /// <summary>A transfer on one account.</summary>
    private readonly record struct Booked(long SequenceNumber, string Transfer, Traffic.Span When);

    /// <param name="accounts">In the order of the readings.</param>
    /// <param name="total">What the balances of all accounts sum to.</param>
    /// <param name="spans">What was acknowledged, by the name of the transfer.</param>
    /// <param name="readings">In any order.</param>
    /// <param name="lists">All transactions of each account, oldest first, without a gap.</param>
    public static void Assert(
        IReadOnlyList<string> accounts, long total, IReadOnlyDictionary<string, Traffic.Span> spans,
        IReadOnlyCollection<Traffic.Reading> readings, IReadOnlyDictionary<string, IReadOnlyList<Transaction>> lists)
    {
        Xunit.Assert.True(readings.Count > 0, "Nobody read the balances: there is nothing to compare.");
        foreach (var reading in readings)
        {
            Xunit.Assert.Equal(accounts, reading.Balances.Select(balance => balance.Account));
            Xunit.Assert.True(
                reading.Balances.Sum(balance => balance.Balance.MinorUnits) == total,
                $"The balances do not sum to {total}: {string.Join(", ", reading.Balances)}");
            var overdrawn = reading.Balances
                .Where(balance => balance.Balance.MinorUnits - balance.Held.MinorUnits < 0 || balance.Held.MinorUnits < 0)
                .ToArray();
            Xunit.Assert.True(overdrawn.Length == 0, $"There was less than nothing on {string.Join(", ", overdrawn.AsEnumerable())}");
        }

        var inTime = readings.OrderBy(reading => reading.When.Sent).ToArray();
        for (var i = 0; i < accounts.Count; i++)
        {
            var list = lists[accounts[i]];
            AssertOrder(
                accounts[i],
                [.. list.Where(line => spans.ContainsKey(line.Transfer))
                    .Select(line => new Booked(line.SequenceNumber, line.Transfer, spans[line.Transfer]))]);
            AssertReadings(accounts[i], i, list, spans, inTime);
        }
    }

    /// <summary>Nothing that was acknowledged before another one was sent comes after it.</summary>
    private static void AssertOrder(string account, IReadOnlyList<Booked> booked)
    {
        var lastSent = default(Booked);
        foreach (var next in booked)
        {
            Xunit.Assert.True(
                lastSent.Transfer is null || next.When.Answered >= lastSent.When.Sent,
                $"{account}: {next.Transfer} ({next.SequenceNumber}) was acknowledged before "
                    + $"{lastSent.Transfer} ({lastSent.SequenceNumber}) was sent, and is behind it.");
            if (lastSent.Transfer is null || next.When.Sent > lastSent.When.Sent)
                lastSent = next;
        }
    }

    /// <summary>
    /// A reading is a place in the account's list; it shows what was acknowledged before it, and nothing that was sent after it.
    /// </summary>
    private static void AssertReadings(
        string account, int index, IReadOnlyList<Transaction> list,
        IReadOnlyDictionary<string, Traffic.Span> spans, IReadOnlyList<Traffic.Reading> readings)
    {
        foreach (var reading in readings)
        {
            var balance = reading.Balances[index];
            var at = balance.SequenceNumber == 0 ? 0 : list[(int)balance.SequenceNumber - 1].BalanceAfter.MinorUnits;
            Xunit.Assert.True(balance.Balance.MinorUnits == at, $"{account} had {at} at {balance.SequenceNumber}, and {balance} was read.");
        }

        // Of the acknowledged ones the highest place up to each moment, and of the readings as they follow each other.
        var acknowledged = list
            .Where(line => spans.ContainsKey(line.Transfer))
            .Select(line => (At: spans[line.Transfer].Answered, line.SequenceNumber))
            .Concat(readings.Select(reading => (At: reading.When.Answered, reading.Balances[index].SequenceNumber)))
            .OrderBy(one => one.At)
            .ToArray();
        var (next, least) = (0, 0L);
        foreach (var reading in readings)
        {
            for (; next < acknowledged.Length && acknowledged[next].At < reading.When.Sent; next++)
                least = Math.Max(least, acknowledged[next].SequenceNumber);
            Xunit.Assert.True(
                reading.Balances[index].SequenceNumber >= least,
                $"{account}: {least} was known before a reading began that shows {reading.Balances[index]}.");
        }

        // What was sent after a reading is not in it.
        var sent = list
            .Where(line => spans.ContainsKey(line.Transfer))
            .Select(line => (At: spans[line.Transfer].Sent, line.SequenceNumber))
            .OrderByDescending(one => one.At)
            .ToArray();
        var (later, most) = (0, long.MaxValue);
        foreach (var reading in readings.OrderByDescending(reading => reading.When.Answered))
        {
            for (; later < sent.Length && sent[later].At > reading.When.Answered; later++)
                most = Math.Min(most, sent[later].SequenceNumber);
            Xunit.Assert.True(
                reading.Balances[index].SequenceNumber < most,
                $"{account}: {most} was sent after a reading that shows {reading.Balances[index]}.");
        }
    }
}
