using System.Globalization;
using BktSmart.BusinessDay;
using BktSmart.StandingOrders;
using BktSmart.Time;
using CsCheck;

namespace BktSmart.Tests.Rules.StandingOrders;

public sealed class StandingOrderRulesTest
{
    private static readonly BankCalendar Calendar = CalendarOf(2026, 2027, 2028);

    private static readonly StandingOrderOptions Options = new();

    [Theory]
    [InlineData("2027-01-31", 1, "2027-02-28")]
    [InlineData("2027-01-31", 2, "2027-03-31")]
    [InlineData("2028-01-31", 1, "2028-02-29")]
    [InlineData("2028-02-29", 12, "2029-02-28")]
    [InlineData("2026-11-30", 3, "2027-02-28")]
    public void DateAt_MonthlyInAShortMonth_IsItsLastDayAndComesBack(string first, int place, string expected) =>
        Assert.Equal(Day(expected), StandingOrderRules.DateAt(Monthly(first), place));

    [Theory]
    [InlineData(NonBusinessDayRule.After, "2026-11-28", "2026-12-02")] // 28 and 29 November 2026 are observed on Monday and Tuesday
    [InlineData(NonBusinessDayRule.Before, "2026-11-28", "2026-11-27")]
    [InlineData(NonBusinessDayRule.SameDay, "2026-11-28", "2026-11-28")]
    [InlineData(NonBusinessDayRule.Skip, "2026-11-28", "2026-12-28")]
    [InlineData(NonBusinessDayRule.After, "2026-11-27", "2026-11-27")]
    [InlineData(NonBusinessDayRule.Before, "2027-01-01", "2026-12-31")]
    [InlineData(NonBusinessDayRule.After, "2026-12-25", "2026-12-28")]
    public void Next_DateThatIsNoBusinessDay_FollowsTheRule(NonBusinessDayRule rule, string first, string expected) =>
        Assert.Equal(Day(expected), StandingOrderRules.Next(Monthly(first) with { DayRule = rule }, 0, 0, Calendar).DueOn);

    [Fact]
    public void Next_EndDateOrPaymentsAreReached_HasEnded()
    {
        var schedule = Monthly("2026-12-10") with { EndDate = Day("2027-01-09") };
        Assert.Equal(new NextDate(0, Day("2026-12-10"), false), StandingOrderRules.Next(schedule, 0, 0, Calendar));
        Assert.Equal(new NextDate(1, null, true), StandingOrderRules.Next(schedule, 1, 1, Calendar));
        Assert.True(StandingOrderRules.Next(Monthly("2026-12-10") with { PaymentsMax = 2 }, 2, 2, Calendar).Ended);
        Assert.True(StandingOrderRules.Next(Once("2026-12-10"), 1, 1, Calendar).Ended);
    }

    [Fact]
    public void Next_BeyondTheCalendar_IsNotKnownAndHasNotEnded()
    {
        var next = StandingOrderRules.Next(Monthly("2026-12-31"), 25, 25, Calendar);
        Assert.Equal(new NextDate(25, null, false), next);
        // It is known as soon as the year is.
        Assert.Equal(Day("2029-01-31"), StandingOrderRules.Next(Monthly("2026-12-31"), 25, 25, CalendarOf(2029)).DueOn);
    }

    [Theory]
    [InlineData("2026-12-10", null, nameof(Reason.FirstDateTooEarly))] // today
    [InlineData("2020-01-01", null, nameof(Reason.FirstDateTooEarly))]
    [InlineData("2026-12-11", "2026-12-10", nameof(Reason.EndDateInvalid))]
    [InlineData("2029-01-01", null, nameof(Reason.CalendarMissing))]
    [InlineData("9999-12-31", null, nameof(Reason.CalendarMissing))]
    [InlineData("2026-12-11", "2026-12-11", null)]
    public void Refuse_DatesThatMakeNoSense_SaysWhy(string first, string? end, string? expected) => Assert.Equal(
        expected,
        StandingOrderRules.Refuse(Monthly(first) with { EndDate = end is null ? null : Day(end) }, Day("2026-12-10"), Calendar)
            ?.Reason.ToString());

    [Fact]
    public void Refuse_OrderThatNeverFallsDue_SaysSo()
    {
        var today = Day("2026-12-10");
        Assert.Equal(
            Reason.NeverDue,
            StandingOrderRules.Refuse(Once("2026-12-12") with { DayRule = NonBusinessDayRule.Skip }, today, Calendar)?.Reason);
        Assert.Equal(
            Reason.NeverDue,
            StandingOrderRules.Refuse(
                new(StandingOrderFrequency.Weekly, Day("2026-12-13"), null, null, NonBusinessDayRule.Skip), today, Calendar)?.Reason);
        // Saturday's payment would have been due on Friday, which is over.
        Assert.Equal(
            Reason.FirstDateTooEarly,
            StandingOrderRules.Refuse(Once("2026-12-12") with { DayRule = NonBusinessDayRule.Before }, Day("2026-12-11"), Calendar)
                ?.Reason);
    }

    /// <summary>Only the calendar ends: its next year has days.</summary>
    [Theory]
    [InlineData(StandingOrderFrequency.Once, "2028-12-31", NonBusinessDayRule.After)]
    [InlineData(StandingOrderFrequency.Weekly, "2028-12-25", NonBusinessDayRule.Skip)]
    [InlineData(StandingOrderFrequency.Monthly, "2028-12-25", NonBusinessDayRule.Skip)]
    public void Refuse_CalendarEndsBeforeItFallsDue_SaysSo(StandingOrderFrequency frequency, string first, NonBusinessDayRule rule) =>
        Assert.Equal(
            new Refusal(Reason.CalendarMissing, "schedule.first_date"),
            StandingOrderRules.Refuse(new(frequency, Day(first), null, null, rule), Day("2026-12-10"), Calendar));

    /// <summary>However it is set up, it pays on rising days, never twice, and only where its rule lets it.</summary>
    [Fact]
    public void Upcoming_AnySchedule_RisesAndKeepsToItsRuleAndEnd() =>
        Gen.Select(
            Gen.Int[0, 700], Gen.Enum<StandingOrderFrequency>(), Gen.Enum<NonBusinessDayRule>(), Gen.Int[1, 30], Gen.Int[0, 400])
            .Sample((first, frequency, rule, payments, length) =>
            {
                var firstDate = Day("2026-02-01").AddDays(first);
                var schedule = new StandingOrderSchedule(frequency, firstDate, firstDate.AddDays(length), payments, rule);
                var days = StandingOrderRules.Upcoming(schedule, 0, 0, Day("2028-12-31"), Calendar).ToArray();
                Assert.InRange(days.Length, 0, payments);
                for (var i = 1; i < days.Length; i++)
                    Assert.True(days[i - 1] < days[i], $"{schedule}: {days[i - 1]} then {days[i]}");
                Assert.All(days, day => Assert.True(
                    rule == NonBusinessDayRule.SameDay || Calendar.IsBusinessDay(day) == true, $"{schedule}: {day}"));
                if (rule is NonBusinessDayRule.Skip or NonBusinessDayRule.SameDay)
                    Assert.All(days, day => Assert.InRange(day, firstDate, firstDate.AddDays(length)));
            });

    [Theory]
    [InlineData("2026-12-10", "2026-12-10")] // today's is not over
    [InlineData("2026-12-11", "2027-01-11")] // the 10th is a Sunday
    [InlineData("2027-01-12", "2027-02-10")]
    public void NextFrom_DatesHavePassed_LeavesThemOut(string day, string expected) => Assert.Equal(
        Day(expected), StandingOrderRules.NextFrom(Monthly("2026-12-10"), 0, 0, Day(day), Calendar).DueOn);

    [Fact]
    public void NextAttempt_AfterEachOfADay_IsFourHoursLaterUntilTheLast()
    {
        var day = Day("2026-12-10");
        var expected = new[] { 10, 14, 18 };
        var at = StandingOrderRules.FirstAttempt(day, Options);
        Assert.Equal(BankTime.At(day, TimeSpan.FromHours(6)), at);
        foreach (var hour in expected)
        {
            Assert.Equal(BankTime.At(day, TimeSpan.FromHours(hour)), StandingOrderRules.NextAttempt(at, Options));
            at = BankTime.At(day, TimeSpan.FromHours(hour)).AddSeconds(1);
        }

        Assert.Null(StandingOrderRules.NextAttempt(at, Options));
        // One that is late, because the bank was down, has the rest of its day.
        Assert.Equal(
            BankTime.At(day, TimeSpan.FromHours(14)), StandingOrderRules.NextAttempt(BankTime.At(day, TimeSpan.FromHours(12)), Options));
    }

    [Theory]
    [InlineData("2027-03-28")]
    [InlineData("2026-10-25")]
    public void NextAttempt_OnADayOfAClockChange_KeepsTheHoursOfTheWall(string day)
    {
        var first = StandingOrderRules.FirstAttempt(Day(day), Options);
        var second = StandingOrderRules.NextAttempt(first, Options);
        Assert.Equal(TimeSpan.FromHours(4), second - first);
        Assert.Equal(Day(day), BankTime.DateOf(second!.Value));
    }

    [Theory]
    [InlineData("2026-12-10", true)]
    [InlineData("2027-01-09", true)]
    [InlineData("2027-01-10", false)]
    public void MayRetry_DaysAfterItsDay_EndsAfterThirty(string today, bool expected) =>
        Assert.Equal(expected, StandingOrderRules.MayRetry(Day("2026-12-10"), Day(today), Options));

    private static StandingOrderSchedule Monthly(string first) =>
        new(StandingOrderFrequency.Monthly, Day(first), null, null, NonBusinessDayRule.After);

    private static StandingOrderSchedule Once(string first) => Monthly(first) with { Frequency = StandingOrderFrequency.Once };

    private static BankCalendar CalendarOf(params int[] years) => new(
        years.ToHashSet(),
        years.SelectMany(AlbanianHolidays.Of).Select(holiday => holiday.Day).Distinct().ToDictionary(day => day, _ => false));

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
