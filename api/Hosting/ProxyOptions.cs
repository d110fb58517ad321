using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace BktSmart.Hosting;

/// <summary>Section <c>Proxies</c>: who stands between the callers and this node.</summary>
internal sealed class ProxyOptions
{
    public const string Section = "Proxies";

    /// <summary>
    /// Networks of proxies whose <c>X-Forwarded-For</c> is believed, as CIDR, separated by commas. Empty: the caller is whoever connects.
    /// </summary>
    public string Trusted { get; set; } = "";

    internal IEnumerable<IPNetwork?> Networks => Trusted
        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(text => IPNetwork.TryParse(text, out var network) ? network : (IPNetwork?)null);

    internal sealed class Validator : IValidateOptions<ProxyOptions>
    {
        public ValidateOptionsResult Validate(string? name, ProxyOptions options) => options.Networks.All(network => network is not null)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                "Proxies:Trusted is not a list of networks: give them as CIDR, such as 10.0.0.0/8, separated by commas.");
    }

    internal sealed class Apply(IOptions<ProxyOptions> proxies) : IConfigureOptions<ForwardedHeadersOptions>
    {
        public void Configure(ForwardedHeadersOptions options)
        {
            // With nobody to trust the library would believe everybody.
            var networks = proxies.Value.Networks.ToArray();
            options.ForwardedHeaders = networks.Length > 0 ? ForwardedHeaders.XForwardedFor : ForwardedHeaders.None;
            options.KnownProxies.Clear();
            options.KnownIPNetworks.Clear();
            foreach (var network in networks)
                options.KnownIPNetworks.Add(network!.Value);
            // As many as are trusted, and not one more.
            options.ForwardLimit = null;
        }
    }
}
