using Microsoft.Extensions.DependencyInjection;

namespace BktSmart.Cases;

internal static class CaseServices
{
    /// <summary>What staff have to look into.</summary>
    public static ISiloBuilder AddCases(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddSingleton<SupportCaseStore>();
        return silo;
    }
}
