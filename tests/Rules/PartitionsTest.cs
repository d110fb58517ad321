using System.Globalization;
using BktSmart.Retention;

namespace BktSmart.Tests.Rules;

public sealed class PartitionsTest
{
    [Theory]
    [InlineData("2027-03-01T00:00Z", "2026-11-30T23:59:59Z", 3)]
    [InlineData("2027-03-01T00:00Z", "2026-12-01T00:00Z", 2)]
    [InlineData("2027-03-01T00:00Z", "2027-01-31T23:59:59Z", 1)]
    [InlineData("2027-03-01T00:00Z", "2027-02-01T00:00Z", 0)]
    [InlineData("2027-03-01T00:00Z", "2027-03-01T00:00Z", -1)]
    [InlineData("2027-03-01T00:00Z", "2026-12-01T00:30+01:00", 3)] // still November in UTC
    public void MonthsAhead_SomeMoment_AreWholeMonthsAfterThatOne(string lastEndsAt, string now, int months) =>
        Assert.Equal(months, new Partitions(Parse(lastEndsAt), 0).MonthsAhead(Parse(now)));

    private static DateTimeOffset Parse(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
