using BktSmart.Accounts;
using BktSmart.Admission;
using BktSmart.Audit;
using BktSmart.Authentication;
using BktSmart.Branch;
using BktSmart.BusinessDay;
using BktSmart.ContactCentre;
using BktSmart.Errors;
using BktSmart.Ledger;
using BktSmart.Notifications;
using BktSmart.Payments;
using BktSmart.Security;
using BktSmart.StandingOrders;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace BktSmart.Hosting;

/// <summary>The gRPC services and what stands before them.</summary>
internal static class GrpcFrontEnd
{
    public static void AddGrpcFrontEnd(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddChecked<ProxyOptions, ProxyOptions.Validator>(ProxyOptions.Section);
        services.AddSingleton<IConfigureOptions<ForwardedHeadersOptions>, ProxyOptions.Apply>();

        services.AddSingleton<ErrorInterceptor>();
        services.AddSingleton<RepeatInterceptor>();
        services.AddGrpc(options =>
        {
            // The first is the outermost: a refusal of access is an answer like any other.
            options.Interceptors.Add<ErrorInterceptor>();
            options.Interceptors.Add<AccessInterceptor>();
            options.Interceptors.Add<CustomerLimits>();
            options.Interceptors.Add<RepeatInterceptor>();
        });
        services.Configure<HealthCheckPublisherOptions>(options =>
        {
            options.Delay = TimeSpan.Zero;
            options.Period = TimeSpan.FromSeconds(5);
        });
    }

    public static void MapGrpcFrontEnd(this WebApplication app)
    {
        app.MapGrpcService<EnrolmentService>();
        app.MapGrpcService<AuthenticationService>();
        app.MapGrpcService<SecurityService>();
        app.MapGrpcService<AccountService>();
        app.MapGrpcService<TransferService>();
        app.MapGrpcService<PaymentControlService>();
        app.MapGrpcService<StandingOrderService>();
        app.MapGrpcService<NotificationService>();
        app.MapGrpcService<BranchService>();
        app.MapGrpcService<ContactCentreService>();
        app.MapGrpcService<LedgerService>();
        app.MapGrpcService<AuditService>();
        app.MapGrpcService<BusinessDayService>();
    }
}
