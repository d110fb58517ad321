using BktSmart.Accounts;
using BktSmart.Audit;
using BktSmart.Authentication;
using BktSmart.Branch;
using BktSmart.ContactCentre;
using BktSmart.Errors;
using BktSmart.Ledger;
using BktSmart.Notifications;
using BktSmart.Payments;
using BktSmart.Security;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace BktSmart.Hosting;

/// <summary>The gRPC services and what stands before them.</summary>
internal static class GrpcFrontEnd
{
    public static void AddGrpcFrontEnd(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddChecked<ServerLimits, ServerLimits.Validator>(ServerLimits.Section);
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, ServerLimits.Apply>();
        services.AddSingleton<IConfigureOptions<GrpcServiceOptions>, ServerLimits.Apply>();
        services.AddChecked<ProxyOptions, ProxyOptions.Validator>(ProxyOptions.Section);
        services.AddSingleton<IConfigureOptions<ForwardedHeadersOptions>, ProxyOptions.Apply>();

        services.AddSingleton<LoadShedder>();
        services.AddSingleton<ErrorInterceptor>();
        services.AddSingleton<RepeatInterceptor>();
        services.AddGrpc(options =>
        {
            // The first is the outermost: a refusal of access is an answer like any other.
            options.Interceptors.Add<ErrorInterceptor>();
            options.Interceptors.Add<AccessInterceptor>();
            options.Interceptors.Add<RepeatInterceptor>();
        });
        services.AddGrpcReflection();
        services.Configure<HealthCheckPublisherOptions>(options =>
        {
            options.Delay = TimeSpan.Zero;
            options.Period = TimeSpan.FromSeconds(5);
        });
    }

    /// <summary>Before everything else.</summary>
    public static void UseLoadShedder(this WebApplication app)
    {
        var shedder = app.Services.GetRequiredService<LoadShedder>();
        app.Use(shedder.InvokeAsync);
    }

    public static void MapGrpcFrontEnd(this WebApplication app)
    {
        app.MapGrpcService<EnrolmentService>();
        app.MapGrpcService<AuthenticationService>();
        app.MapGrpcService<SecurityService>();
        app.MapGrpcService<AccountService>();
        app.MapGrpcService<TransferService>();
        app.MapGrpcService<PaymentControlService>();
        app.MapGrpcService<NotificationService>();
        app.MapGrpcService<BranchService>();
        app.MapGrpcService<ContactCentreService>();
        app.MapGrpcService<LedgerService>();
        app.MapGrpcService<AuditService>();
        app.MapGrpcHealthChecksService();
        if (!app.Environment.IsProduction())
            app.MapGrpcReflectionService();
    }
}
