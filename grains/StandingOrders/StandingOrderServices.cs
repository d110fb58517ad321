using BktSmart.Authentication;
using BktSmart.BusinessDay;
using Microsoft.Extensions.DependencyInjection;

namespace BktSmart.StandingOrders;

internal static class StandingOrderServices
{
    /// <summary>Payments that customers order in advance.</summary>
    public static ISiloBuilder AddStandingOrders(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddChecked<StandingOrderOptions>(StandingOrderOptions.Section);
        services.AddSingleton<StandingOrderStore>();
        services.AddSingleton<StandingOrderPayer>();
        services.AddSingleton<IEndOfDayWork, PaymentsWork>();
        services.AddSingleton<IRiskEffect, StandingOrderRisk>();
        services.AddWithLifecycle<StandingOrderClock>();
        return silo;
    }
}
