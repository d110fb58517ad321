using System.Globalization;
using BktSmart.BusinessDay;

namespace BktSmart.Tests.Rules.BusinessDay;

/// <summary>R13: the days on which the bank does not work, against dates that were published.</summary>
public sealed class AlbanianHolidaysTest
{
    /// <summary>As published: the council of ministers' lists of 2025 and 2026.</summary>
    [Theory]
    [InlineData(2025, "01-01 01-02 03-14 03-24 03-31 04-21 05-01 06-06 09-05 11-24 11-28 12-01 12-08 12-25")]
    [InlineData(2026, "01-01 01-02 03-16 03-20 03-23 04-06 04-13 05-01 05-27 09-07 11-23 11-30 12-01 12-08 12-25")]
    public void Of_PublishedYear_AreTheDaysOfTheList(int year, string days) => Assert.Equal(
        days.Split(' '),
        AlbanianHolidays.Of(year).Select(holiday => holiday.Day.ToString("MM-dd", CultureInfo.InvariantCulture)));

    [Fact]
    public void Of_OnlyWhatGoesByTheMoon_IsAnEstimate() => Assert.Equal(
        ["Bajrami i Madh", "Kurban Bajrami"],
        AlbanianHolidays.Of(2027).Where(holiday => holiday.IsEstimate).Select(holiday => holiday.Name));

    [Fact]
    public void Of_AnyYear_HasEachDayOnceAndOnAWeekday()
    {
        for (var year = 2020; year <= 2076; year++)
        {
            var days = AlbanianHolidays.Of(year).Select(holiday => holiday.Day).ToArray();
            Assert.Equal(days.Distinct().Order(), days);
            Assert.All(days, day => Assert.True(day.Year == year && !AlbanianHolidays.IsWeekend(day), $"{day}"));
            Assert.InRange(days.Length, 12, 17);
        }
    }

    [Fact]
    public void Of_BlockOfTwoOnAWeekend_MovesToMondayAndTuesday() => Assert.Equal(
        [("Independence Day", new DateOnly(2026, 11, 30)), ("Liberation Day", new DateOnly(2026, 12, 1))],
        AlbanianHolidays.Of(2026).Where(holiday => holiday.Day.Month >= 11).Skip(1).Take(2).Select(holiday => (holiday.Name, holiday.Day)));

    [Theory]
    [InlineData("2027-03-09", "2027-03-09", "03-09 off")]
    [InlineData("2027-03-09", "2027-03-10", "03-09 on, 03-10 off")]
    // Onto a weekend: observed on Monday.
    [InlineData("2027-03-09", "2027-03-13", "03-09 on, 03-15 off, 03-16 off")]
    // Estimated for a Sunday, announced for it; for the Saturday; for Monday; for Tuesday.
    [InlineData("2027-05-17", "2027-05-16", "05-17 off")]
    [InlineData("2027-05-17", "2027-05-15", "05-17 off")]
    [InlineData("2027-05-17", "2027-05-17", "05-17 off")]
    [InlineData("2027-05-17", "2027-05-18", "05-17 on, 05-18 off")]
    // Nevruz is a Sunday, and no longer the first of the weekend.
    [InlineData("2026-03-20", "2026-03-21", "03-20 on, 03-23 off, 03-24 off")]
    // With Nevruz, and before it: one day is lost, as the law has it.
    [InlineData("2026-03-20", "2026-03-22", "03-20 on")]
    public void Announce_OfAnEstimate_MovesItAndWhatIsBesideIt(string estimated, string announced, string expected) => Assert.Equal(
        expected,
        string.Join(", ", AlbanianHolidays.Announce(Day(estimated), Day(announced))!.Select(change =>
            $"{change.Holiday.Day.ToString("MM-dd", CultureInfo.InvariantCulture)} {(change.IsOff ? "off" : "on")}")));

    [Theory]
    [InlineData("2027-03-08")] // a Monday
    [InlineData("2027-05-16")] // a Sunday, for which it is estimated; it is observed on Monday
    [InlineData("2027-12-08")] // a holiday that does not move
    public void Announce_DayForWhichNoneIsEstimated_IsNone(string day) => Assert.Null(AlbanianHolidays.Announce(Day(day), Day(day)));

    [Fact]
    public void Announce_AnyEstimate_LeavesEveryDayOffOnceAndOnAWeekday()
    {
        for (var year = 2021; year <= 2075; year++)
        {
            var days = Enumerable.Range(year - 1, 3).SelectMany(AlbanianHolidays.Of).ToArray();
            foreach (var estimate in days.Where(holiday => holiday.IsEstimate && holiday.Day.Year == year))
            {
                for (var moved = -7; moved <= 7; moved++)
                {
                    var announced = estimate.Day.AddDays(moved);
                    var changes = AlbanianHolidays.Announce(estimate.Day, announced)!;
                    var off = days.ToDictionary(holiday => holiday.Day);
                    foreach (var (holiday, isOff) in changes)
                    {
                        Assert.True(isOff || off.ContainsKey(holiday.Day), $"{estimate} {announced}: {holiday} was not off");
                        off.Remove(holiday.Day);
                        if (isOff)
                            off.Add(holiday.Day, holiday);
                    }

                    Assert.Contains(changes, change => change.Holiday.Day == estimate.Day);
                    Assert.All(changes, change => Assert.False(change.Holiday.IsEstimate && change.IsOff));
                    Assert.All(off.Keys, day => Assert.False(AlbanianHolidays.IsWeekend(day), $"{estimate} {announced}: {day}"));
                    if (!AlbanianHolidays.IsWeekend(announced))
                        Assert.True(off.ContainsKey(announced), $"{estimate} {announced}");
                    // Two on one day are one.
                    Assert.InRange(off.Count, days.Length - 1, days.Length + 1);
                }
            }
        }
    }

    /// <summary>As the churches have them.</summary>
    [Theory]
    [InlineData("2023-04-09", "2023-04-16")]
    [InlineData("2024-03-31", "2024-05-05")]
    [InlineData("2025-04-20", "2025-04-20")]
    [InlineData("2026-04-05", "2026-04-12")]
    [InlineData("2027-03-28", "2027-05-02")]
    [InlineData("2028-04-16", "2028-04-16")]
    [InlineData("2038-04-25", "2038-04-25")]
    public void Easter_OfAYear_IsThatOfTheChurch(string catholic, string orthodox)
    {
        var year = int.Parse(catholic[..4], CultureInfo.InvariantCulture);
        Assert.Equal((catholic, orthodox), (Text(Easter.Catholic(year)), Text(Easter.Orthodox(year))));

        static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Against another algorithm: Gauss', with the two exceptions that he added later.</summary>
    [Fact]
    public void Easter_AnyYear_AgreesWithGauss()
    {
        for (var year = 1900; year <= 2099; year++)
        {
            Assert.Equal(Gauss(year, 24, 5), Easter.Catholic(year));
            Assert.Equal(Gauss(year, 15, 6, julian: true), Easter.Orthodox(year));
        }
    }

    private static DateOnly Gauss(int year, int m, int n, bool julian = false)
    {
        var (a, b, c) = (year % 19, year % 4, year % 7);
        var d = (19 * a + m) % 30;
        var e = (2 * b + 4 * c + 6 * d + n) % 7;
        var march = 22 + d + e;
        if (!julian && d == 29 && e == 6)
            march -= 7;
        if (!julian && d == 28 && e == 6 && a > 10)
            march -= 7;
        return new DateOnly(year, 3, 1).AddDays(march - 1 + (julian ? 13 : 0));
    }
}
