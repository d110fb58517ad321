using System.Collections.Frozen;
using BktSmart.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace BktSmart.Hosting;

/// <summary>
/// Customers, staff and operators come by listeners of their own, so that the network can keep them apart. What is for others does not
/// exist there. A connection is marked where it is accepted; host names and ports of a request are the caller's words and decide nothing.
/// </summary>
internal static class Listeners
{
    /// <summary>
    /// The names in <c>Kestrel:Endpoints</c>; one of another name serves nothing. Without TLS a listener speaks HTTP/1.1 or HTTP/2: the
    /// operators need both, and <c>Browsers</c>, which is not there by default, is HTTP/1.1 for customers.
    /// </summary>
    private static readonly FrozenDictionary<string, Audience> Names = new Dictionary<string, Audience>
    {
        ["Customers"] = Audience.Customers,
        ["Browsers"] = Audience.Customers,
        ["Staff"] = Audience.Staff,
        ["Operations"] = Audience.Operators,
        ["OperationsGrpc"] = Audience.Operators,
    }.ToFrozenDictionary();

    public static void AddListeners(this WebApplicationBuilder builder) => builder.Services.Configure<KestrelServerOptions>(options =>
    {
        foreach (var (name, audience) in Names)
        {
            options.ConfigurationLoader!.Endpoint(name, endpoint => endpoint.ListenOptions.Use(next => connection =>
            {
                connection.Features.Set(new ForAudience(audience));
                return next(connection);
            }));
        }
    });

    public static void KeepListenersApart(this WebApplication app)
    {
        app.UseRouting();
        app.Use((context, next) =>
        {
            var comingFrom = context.Features.Get<ForAudience>()?.Audience ?? Audience.Nobody;
            if ((AudienceOf(context) & comingFrom) != Audience.Nobody)
                return next(context);
            context.SetEndpoint(null);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    /// <remarks>Routing takes other spellings of a path for the same. Who limits and admits calls does not: then it is no method.</remarks>
    private static Audience AudienceOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ForAudience>()?.Audience
        ?? AccessList.Find(context.Request.Path.Value ?? "") switch
        {
            null => Audience.Nobody,
            { IsForStaff: true } => Audience.Staff,
            _ => Audience.Customers,
        };
}
