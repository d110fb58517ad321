using System.Globalization;
using BktSmart.BusinessDay;

namespace BktSmart.Tests.Rules.BusinessDay;

public sealed class BankCalendarTest
{
    private static readonly BankCalendar Calendar = new(
        new HashSet<int> { 2026 },
        AlbanianHolidays.Of(2026).ToDictionary(holiday => holiday.Day, _ => false).Append(new(new DateOnly(2026, 12, 12), true))
            .ToDictionary());

    [Theory]
    [InlineData("2026-11-19", "2026-11-20")] // a Friday
    [InlineData("2026-11-20", "2026-11-24")] // weekend, then Alphabet Day observed on Monday
    [InlineData("2026-11-27", "2026-12-02")] // Independence and Liberation Day on a weekend: Monday and Tuesday
    [InlineData("2026-12-11", "2026-12-12")] // a Saturday that is worked in exchange
    [InlineData("2026-12-24", "2026-12-28")]
    [InlineData("2026-12-30", "2026-12-31")]
    [InlineData("2026-12-31", null)] // nobody knows 2027
    [InlineData("2027-06-01", null)]
    public void NextBusinessDay_AnyDay_IsTheNextDayOfWorkAsFarAsIsKnown(string after, string? expected) => Assert.Equal(
        expected, Calendar.NextBusinessDay(Day(after))?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    [Fact]
    public void NextBusinessDays_AtTheEndOfWhatIsKnown_AreFewer() => Assert.Equal(
        [Day("2026-12-29"), Day("2026-12-30"), Day("2026-12-31")], Calendar.NextBusinessDays(Day("2026-12-28"), 5));

    [Fact]
    public void EndAfter_ADayOfAKnownYearAndOfAnother_IsTheEndOfWhatIsKnown()
    {
        Assert.Equal(Day("2026-12-31"), Calendar.EndAfter(Day("2026-03-01")));
        Assert.Equal(Day("2027-03-01"), Calendar.EndAfter(Day("2027-03-01")));
    }

    private static DateOnly Day(string text) => DateOnly.Parse(text, CultureInfo.InvariantCulture);
}
