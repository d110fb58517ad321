using Microsoft.Extensions.DependencyInjection;

namespace BktSmart.Accounts;

internal static class AccountServices
{
    /// <summary>The accounts of customers.</summary>
    public static ISiloBuilder AddAccounts(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddSingleton<AccountStore>();
        services.AddSingleton<TermsApprovals>();
        return silo;
    }
}
