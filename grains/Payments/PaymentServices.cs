using BktSmart.Authentication;
using Microsoft.Extensions.DependencyInjection;

namespace BktSmart.Payments;

internal static class PaymentServices
{
    /// <summary>What customers set for payments.</summary>
    public static ISiloBuilder AddPayments(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddChecked<PaymentSettingsOptions>(PaymentSettingsOptions.Section);
        services.AddSingleton<PaymentSettingsStore>();
        services.AddSingleton<IRiskEffect, PaymentRisk>();
        return silo;
    }
}
