namespace BktSmart.BusinessDay;

/// <summary>Finds the grains of the business day and of its calendar.</summary>
public static class BusinessDayGrains
{
    public static IBusinessDayGrain BusinessDay(this IGrainFactory grains) => grains.GetGrain<IBusinessDayGrain>(0);

    public static ICalendarGrain Calendar(this IGrainFactory grains) => grains.GetGrain<ICalendarGrain>(0);
}
