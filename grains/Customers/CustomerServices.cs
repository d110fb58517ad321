using BktSmart.Retention;
using Microsoft.Extensions.DependencyInjection;

namespace BktSmart.Customers;

internal static class CustomerServices
{
    /// <summary>Customers, as the branch and the contact centre work with them.</summary>
    public static ISiloBuilder AddCustomers(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddChecked<CallerIdentificationOptions>(CallerIdentificationOptions.Section);
        services.AddSingleton<CustomerStore>();
        services.AddSingleton<CustomerCorrections>();
        services.AddSingleton<CallerIdentificationStore>();
        services.KeepByMonth(
            "caller_identification", nameof(RetentionOptions.CallerIdentifications), options => options.CallerIdentifications);
        return silo;
    }
}
