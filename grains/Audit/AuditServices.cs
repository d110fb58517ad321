using BktSmart.Retention;
using Microsoft.Extensions.DependencyInjection;

namespace BktSmart.Audit;

internal static class AuditServices
{
    /// <summary>The trail of what staff did.</summary>
    public static ISiloBuilder AddAudit(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddSingleton<AuditStore>();
        services.KeepByMonth("audit", nameof(RetentionOptions.Audit), options => options.Audit);
        return silo;
    }
}
