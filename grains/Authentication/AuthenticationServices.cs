using BktSmart.Messages;
using BktSmart.Retention;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace BktSmart.Authentication;

internal static class AuthenticationServices
{
    /// <summary>Enrolment, sign-in, FNPs, lockout and sessions.</summary>
    public static ISiloBuilder AddAuthentication(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddChecked<FnpOptions>(FnpOptions.Section);
        services.AddChecked<LockoutOptions>(LockoutOptions.Section);
        services.AddChecked<PasswordOptions>(PasswordOptions.Section);
        services.AddChecked<PasswordHashOptions>(PasswordHashOptions.Section);
        services.AddChecked<SessionOptions>(SessionOptions.Section);

        services.TryAddSingleton<IPasswordDerivation, Argon2Derivation>();
        services.AddSingleton<PasswordHasher>();
        services.AddSingleton<StandIns>();
        services.AddSingleton<StrangersByNetwork>();
        services.AddSingleton<TokenIssuer>();
        services.AddSingleton<CredentialsStore>();
        services.AddSingleton<FnpMessageStore>();
        services.AddSingleton<ISmsReceipts>(provider => provider.GetRequiredService<FnpMessageStore>());
        services.AddSingleton<IPushRecipients, PushRecipients>();
        services.AddSingleton<Confirmations>();
        services.AddWithLifecycle<SmsQueue>();
        services.AddWithLifecycle<SessionSweeper>();
        services.AddWithLifecycle<PasswordReminders>();
        services.KeepByMonth("security_event", nameof(RetentionOptions.SecurityEvents), options => options.SecurityEvents);
        services.KeepByRow("fnp_message", nameof(RetentionOptions.FnpMessages), options => options.FnpMessages);
        services.KeepByRow("stray_attempt", nameof(RetentionOptions.StrayAttempts), options => options.StrayAttempts);
        return silo;
    }
}
