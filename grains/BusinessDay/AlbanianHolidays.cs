using System.Globalization;

namespace BktSmart.BusinessDay;

/// <summary>
/// The public holidays of law 7651, as the law stands in 2026. One that falls on a weekend is observed on the next day that is worked, so
/// that a block of two moves to Monday and Tuesday. The two Bajrams go by the Umm al-Qura calendar, which is an estimate: the day is
/// announced when the moon is seen.
/// </summary>
internal static class AlbanianHolidays
{
    public const string Source = "law 7651";

    private const int Shawwal = 10;
    private const int DhuAlHijja = 12;
    private static readonly UmAlQuraCalendar Moon = new();

    /// <summary>Those that are observed on a weekday of the year, in their order.</summary>
    /// <param name="year">1901 to 2076.</param>
    public static IReadOnlyList<Holiday> Of(int year)
    {
        // The last of the year before may be observed in this one.
        var named = Named(year - 1).Where(holiday => holiday.Day.Month == 12).Concat(Named(year)).OrderBy(holiday => holiday.Day).ToArray();
        var off = named.Select(holiday => holiday.Day).ToHashSet();
        var observed = new List<Holiday>();
        foreach (var holiday in named.DistinctBy(holiday => holiday.Day))
        {
            var day = holiday.Day;
            if (IsWeekend(day))
            {
                while (IsWeekend(day) || off.Contains(day))
                    day = day.AddDays(1);
                off.Add(day);
            }

            observed.Add(holiday with { Day = day });
        }

        return [.. observed.Where(holiday => holiday.Day.Year == year).OrderBy(holiday => holiday.Day)];
    }

    public static bool IsWeekend(DateOnly day) => day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;

    private static IEnumerable<Holiday> Named(int year) =>
    [
        Fixed(year, 1, 1, "New Year"), Fixed(year, 1, 2, "New Year"), Fixed(year, 3, 14, "Summer Day"), Fixed(year, 3, 22, "Nevruz"),
        new(Easter.Catholic(year), "Catholic Easter", false), new(Easter.Orthodox(year), "Orthodox Easter", false),
        Fixed(year, 5, 1, "Labour Day"), Fixed(year, 9, 5, "Saint Teresa"), Fixed(year, 11, 22, "Alphabet Day"),
        Fixed(year, 11, 28, "Independence Day"), Fixed(year, 11, 29, "Liberation Day"),
        Fixed(year, 12, 8, "Youth Day"), Fixed(year, 12, 25, "Christmas"),
        .. ByTheMoon(year, Shawwal, 1, "Bajrami i Madh"), .. ByTheMoon(year, DhuAlHijja, 10, "Kurban Bajrami"),
    ];

    private static Holiday Fixed(int year, int month, int day, string name) => new(new DateOnly(year, month, day), name, false);

    /// <summary>A year of the sun may have two of one kind.</summary>
    private static IEnumerable<Holiday> ByTheMoon(int year, int month, int day, string name)
    {
        var first = Moon.GetYear(new DateTime(year, 1, 1));
        return from lunar in (int[])[first, first + 1]
               let date = DateOnly.FromDateTime(Moon.ToDateTime(lunar, month, day, 0, 0, 0, 0))
               where date.Year == year
               select new Holiday(date, name, true);
    }
}
