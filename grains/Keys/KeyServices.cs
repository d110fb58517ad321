using Microsoft.Extensions.DependencyInjection;

namespace BktSmart.Keys;

internal static class KeyServices
{
    /// <summary>The keys of the bank, from files.</summary>
    public static ISiloBuilder AddKeys(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddChecked<KeyOptions, KeyOptions.Validator>(KeyOptions.Section);
        services.AddSingleton<BankKeys>();
        return silo;
    }
}
