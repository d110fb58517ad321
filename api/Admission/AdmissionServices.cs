using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace BktSmart.Admission;

/// <summary>How much a caller may take, before anybody asks who it is and what for.</summary>
internal static class AdmissionServices
{
    public static void AddAdmission(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddChecked<ServerLimits, ServerLimits.Validator>(ServerLimits.Section);
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, ServerLimits.Apply>();
        services.AddSingleton<IConfigureOptions<GrpcServiceOptions>, ServerLimits.Apply>();
        services.AddSingleton<HeaderLimit>();
        services.AddSingleton<Arrivals>();
        services.AddSingleton<LoadShedder>();

        services.AddChecked<SignInThrottleOptions, SignInThrottleOptions.Validator>(SignInThrottleOptions.Section);
        services.AddSingleton<SignInThrottle>();
        services.AddChecked<CustomerLimitsOptions, CustomerLimitsOptions.Validator>(CustomerLimitsOptions.Section);
        services.AddSingleton<CustomerLimits>();
    }

    /// <summary>Behind the trusted proxies' word on who calls, and before everything else.</summary>
    public static void UseAdmission(this WebApplication app)
    {
        var services = app.Services;
        app.Use(services.GetRequiredService<HeaderLimit>().InvokeAsync);
        app.Use(services.GetRequiredService<Arrivals>().InvokeAsync);
        app.Use(services.GetRequiredService<LoadShedder>().InvokeAsync);
    }
}
