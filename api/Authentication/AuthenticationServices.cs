namespace BktSmart.Authentication;

internal static class AuthenticationServices
{
    /// <summary>Who calls.</summary>
    public static void AddAuthentication(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddChecked<StaffTokenOptions, StaffTokenOptions.Validator>(StaffTokenOptions.Section);
        services.AddChecked<CustomerTokenOptions, CustomerTokenOptions.Validator>(CustomerTokenOptions.Section);
        services.AddSingleton<CustomerTokenKeys>();
        services.AddSingleton<VerifiedTokens>();
        services.AddSingleton<RevokedSessions>();
        services.AddHostedService(provider => provider.GetRequiredService<RevokedSessions>());
        services.AddSingleton<TokenVerifier>();
        services.AddSingleton<AccessInterceptor>();
        services.AddChecked<AnswerTimeOptions, AnswerTimeOptions.Validator>(AnswerTimeOptions.Section);
        services.AddSingleton<AnswerTime>();
    }
}
