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
        var named = Named(year - 1).Where(holiday => holiday.Day.Month == 12).Concat(Named(year));
        return
        [
            .. Observe(named).Select(holiday => holiday.Observed).Where(holiday => holiday.Day.Year == year)
                .OrderBy(holiday => holiday.Day),
        ];
    }

    /// <summary>
    /// What becomes of the days when a holiday that goes by the moon is announced. It leaves the day on which it was to be observed, or
    /// stays there for certain; and where it falls on a weekend, or did so by the estimate, one beside it may move as well.
    /// </summary>
    /// <param name="observed">The estimated day.</param>
    /// <param name="announced">The day of the holiday itself; may be a weekend.</param>
    /// <returns>In their order; null where no holiday is estimated to be observed on that day.</returns>
    public static IReadOnlyList<(Holiday Holiday, bool IsOff)>? Announce(DateOnly observed, DateOnly announced)
    {
        var named = Enumerable.Range(observed.Year - 1, 3).SelectMany(Named).ToArray();
        var before = Observe(named);
        if (before.Find(holiday => holiday.Observed.Day == observed && holiday.Observed.IsEstimate) is not { Named.IsEstimate: true } found)
            return null;
        var after = Observe(named.Select(
            holiday => holiday == found.Named ? holiday with { Day = announced, IsEstimate = false } : holiday));
        var (were, are) = (before.Select(holiday => holiday.Observed).ToArray(), after.Select(holiday => holiday.Observed).ToArray());
        return
        [
            .. were.ExceptBy(are.Select(holiday => holiday.Day), holiday => holiday.Day).Select(holiday => (holiday, false))
                .Concat(are.Except(were).Select(holiday => (holiday, true)))
                .OrderBy(change => change.holiday.Day),
        ];
    }

    public static bool IsWeekend(DateOnly day) => day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday;

    private static List<(Holiday Named, Holiday Observed)> Observe(IEnumerable<Holiday> holidays)
    {
        var named = holidays.OrderBy(holiday => holiday.Day).ToArray();
        var off = named.Select(holiday => holiday.Day).ToHashSet();
        var observed = new List<(Holiday, Holiday)>();
        foreach (var holiday in named.DistinctBy(holiday => holiday.Day))
        {
            var day = holiday.Day;
            if (IsWeekend(day))
            {
                while (IsWeekend(day) || off.Contains(day))
                    day = day.AddDays(1);
                off.Add(day);
            }

            observed.Add((holiday, holiday with { Day = day }));
        }

        return observed;
    }

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
