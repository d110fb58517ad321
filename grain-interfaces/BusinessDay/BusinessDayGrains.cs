namespace BktSmart.BusinessDay;

/// <summary>Finds the grain of the business day.</summary>
public static class BusinessDayGrains
{
    public static IBusinessDayGrain BusinessDay(this IGrainFactory grains) => grains.GetGrain<IBusinessDayGrain>(0);
}
