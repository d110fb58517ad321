using BktSmart.Staff.V1;
using BktSmart.V1;

namespace BktSmart.Faults;

/// <summary>The checker itself: it takes a history that can be, and none that cannot.</summary>
public sealed class HistoryCheckTest
{
    private const string A = "accounts/a";
    private const string B = "accounts/b";

    /// <summary>Two accounts with 100 each. First a pays b 10, then b pays a 20; one reading between them, and one after.</summary>
    private sealed class History
    {
        public Dictionary<string, Traffic.Span> Spans { get; } = new() { ["first"] = new(10, 20), ["second"] = new(40, 50) };

        public List<Traffic.Reading> Readings { get; } = [Reading(25, 35, 90, 2, 110, 2), Reading(60, 70, 110, 3, 90, 3)];

        public Dictionary<string, IReadOnlyList<Transaction>> Lists { get; } = new()
        {
            [A] = [Line("open", 1, 100), Line("first", 2, 90), Line("second", 3, 110)],
            [B] = [Line("open", 1, 100), Line("first", 2, 110), Line("second", 3, 90)],
        };

        public void Check() => HistoryCheck.Assert([A, B], 200, Spans, Readings, Lists);
    }

    [Fact]
    public void Assert_HistoryThatCanBe_IsTaken() => new History().Check();

    [Fact]
    public void Assert_OverlappingOrdersInEitherOrder_AreTaken()
    {
        var history = new History();
        history.Spans["second"] = new(15, 50);
        history.Readings[0] = Reading(15, 35, 90, 2, 110, 2);
        history.Check();
    }

    [Fact]
    public void Assert_ReadingOfTwoMoments_IsRefused() => AssertRefused(
        "do not sum to 200", history => history.Readings[0] = Reading(25, 35, 90, 2, 90, 3));

    [Fact]
    public void Assert_ReadingOfAnOldState_IsRefused() => AssertRefused(
        "was known before a reading began", history => history.Readings[0] = Reading(25, 35, 100, 1, 100, 1));

    [Fact]
    public void Assert_ReadingThatGoesBack_IsRefused() => AssertRefused(
        "was known before a reading began", history => history.Readings.Add(Reading(80, 90, 90, 2, 110, 2)));

    [Fact]
    public void Assert_ReadingOfWhatWasNotOrderedYet_IsRefused() => AssertRefused(
        "was sent after a reading", history => history.Readings[0] = Reading(25, 35, 110, 3, 90, 3));

    [Fact]
    public void Assert_ReadingThatIsNoPlaceInTheList_IsRefused() => AssertRefused(
        "was read", history => history.Readings[0] = Reading(25, 35, 89, 2, 111, 2));

    [Fact]
    public void Assert_AcknowledgedBeforeAnotherWasSentAndBehindIt_IsRefused() => AssertRefused("and is behind it", history =>
    {
        history.Spans["second"] = new(1, 5);
        history.Readings.RemoveAt(0);
    });

    [Fact]
    public void Assert_MoreHeldThanThereIs_IsRefused() =>
        AssertRefused("less than nothing", history => history.Readings[1].Balances[1].Held = Amounts.All(91));

    [Fact]
    public void Assert_NobodyRead_IsRefused() => AssertRefused("nothing to compare", history => history.Readings.Clear());

    private static void AssertRefused(string what, Action<History> spoil)
    {
        var history = new History();
        spoil(history);
        Assert.Contains(what, Assert.ThrowsAny<Xunit.Sdk.XunitException>(history.Check).Message, StringComparison.Ordinal);
    }

    private static Transaction Line(string transfer, long sequence, long balance) =>
        new() { Transfer = transfer, SequenceNumber = sequence, BalanceAfter = Amounts.All(balance) };

    private static Traffic.Reading Reading(long sent, long answered, long a, long sequenceOfA, long b, long sequenceOfB) =>
        new([Balance(A, a, sequenceOfA), Balance(B, b, sequenceOfB)], new Traffic.Span(sent, answered));

    private static LedgerBalance Balance(string account, long balance, long sequence) =>
        new() { Account = account, Balance = Amounts.All(balance), Held = Amounts.All(0), SequenceNumber = sequence };
}
