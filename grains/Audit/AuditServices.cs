using Microsoft.Extensions.DependencyInjection;

namespace BktSmart.Audit;

internal static class AuditServices
{
    /// <summary>The trail of what staff did.</summary>
    public static ISiloBuilder AddAudit(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddSingleton<AuditStore>();
        return silo;
    }
}
