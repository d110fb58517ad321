using BktSmart.Retention;
using Microsoft.Extensions.DependencyInjection;

namespace BktSmart.Cases;

internal static class CaseServices
{
    /// <summary>What staff have to look into.</summary>
    public static ISiloBuilder AddCases(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddSingleton<SupportCaseStore>();
        services.KeepByRow("support_case", nameof(RetentionOptions.SupportCases), options => options.SupportCases);
        return silo;
    }
}
