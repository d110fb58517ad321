using Microsoft.Extensions.Options;

namespace BktSmart.Hosting;

/// <summary>
/// gRPC-Web for pages of the bank's own origins, only where customers come. It is off unless an origin is named. Browsers speak HTTP/2 to a
/// proxy with TLS alone; without one they need the listener <c>Browsers</c>.
/// </summary>
internal static class Browsers
{
    /// <summary>How long a browser may remember what it may send.</summary>
    private static readonly TimeSpan PreflightLifetime = TimeSpan.FromHours(2);

    private static readonly string[] RequestHeaders =
        ["authorization", "accept-language", "content-type", "grpc-timeout", "x-grpc-web", "x-user-agent"];

    private static readonly string[] AnswerHeaders = ["grpc-status", "grpc-message", "grpc-status-details-bin"];

    public static void AddBrowsers(this WebApplicationBuilder builder)
    {
        builder.Services.AddChecked<BrowserOptions, BrowserOptions.Validator>(BrowserOptions.Section);
        builder.Services.AddCors();
    }

    /// <summary>Before everything that reads a call: behind it, a call of a browser looks like any other.</summary>
    public static void UseBrowsers(this WebApplication app)
    {
        var origins = app.Services.GetRequiredService<IOptions<BrowserOptions>>().Value.AllowedOrigins;
        if (origins.Length == 0)
            return;
        app.UseWhen(context => context.Features.Get<ForAudience>()?.Audience == Audience.Customers, customers =>
        {
            customers.UseCors(policy => policy.WithOrigins(origins).WithMethods("POST").WithHeaders(RequestHeaders)
                .WithExposedHeaders(AnswerHeaders).SetPreflightMaxAge(PreflightLifetime));
            customers.UseGrpcWeb(new GrpcWebOptions { DefaultEnabled = true });
        });
    }
}
