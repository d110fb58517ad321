using Microsoft.Extensions.DependencyInjection;

namespace BktSmart.BusinessDay;

internal static class BusinessDayServices
{
    /// <summary>The bank's date, its calendar, and end-of-day.</summary>
    public static ISiloBuilder AddBusinessDay(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddChecked<BusinessDayOptions>(BusinessDayOptions.Section);
        services.AddSingleton<CalendarStore>();
        services.AddSingleton<CalendarChanges>();
        services.AddSingleton<BusinessDayStore>();
        services.AddWithLifecycle<EndOfDayClock>();
        return silo;
    }
}
