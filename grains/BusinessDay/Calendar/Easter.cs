namespace BktSmart.BusinessDay;

/// <summary>Easter Sundays as dates of the Gregorian calendar, 1583 to 2199.</summary>
internal static class Easter
{
    /// <summary>Of the Catholic church, by the algorithm of Meeus, Jones and Butcher.</summary>
    public static DateOnly Catholic(int year)
    {
        var (golden, century) = (year % 19, year / 100);
        var epact = (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30;
        var weekday = (32 + 2 * (century % 4) + 2 * (year % 100 / 4) - epact - year % 100 % 4) % 7;
        var back = (golden + 11 * epact + 22 * weekday) / 451;
        var day = epact + weekday - 7 * back + 114;
        return new DateOnly(year, day / 31, day % 31 + 1);
    }

    /// <summary>Of the Orthodox church: Meeus' algorithm for the Julian calendar, which is behind the Gregorian by some days.</summary>
    public static DateOnly Orthodox(int year)
    {
        var moon = (19 * (year % 19) + 15) % 30;
        var weekday = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7;
        var day = moon + weekday + 114;
        var century = year / 100;
        return new DateOnly(year, day / 31, day % 31 + 1).AddDays(century - century / 4 - 2);
    }
}
