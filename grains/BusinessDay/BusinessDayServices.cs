using BktSmart.Ledger;
using Microsoft.Extensions.DependencyInjection;

namespace BktSmart.BusinessDay;

internal static class BusinessDayServices
{
    /// <summary>The bank's date, its calendar, and end-of-day; steps of it come from other slices too.</summary>
    public static ISiloBuilder AddBusinessDay(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddChecked<BusinessDayOptions>(BusinessDayOptions.Section);
        services.AddSingleton<CalendarStore>();
        services.AddSingleton<CalendarChanges>();
        services.AddSingleton<BusinessDayStore>();
        services.AddWithLifecycle<EndOfDayClock>();
        services.AddChecked<EndOfDayOptions>(EndOfDayOptions.Section);
        services.AddSingleton<LedgerVerifier>();
        services.AddSingleton<EndOfDayStore>();
        services.AddSingleton<IEndOfDayWork, AccountsWork>();
        services.AddSingleton<IEndOfDayWork, BatchesWork>();
        services.AddWithLifecycle<EndOfDayRunner>();
        return silo;
    }
}
