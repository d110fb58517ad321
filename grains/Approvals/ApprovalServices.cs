using Microsoft.Extensions.DependencyInjection;

namespace BktSmart.Approvals;

internal static class ApprovalServices
{
    /// <summary>Four eyes.</summary>
    public static ISiloBuilder AddApprovals(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddChecked<ApprovalOptions>(ApprovalOptions.Section);
        services.AddSingleton<ApprovalStore>();
        return silo;
    }
}
