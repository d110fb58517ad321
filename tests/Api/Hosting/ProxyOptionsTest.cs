using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace BktSmart.Hosting;

public sealed class ProxyOptionsTest
{
    private static ForwardedHeadersOptions Apply(string trusted)
    {
        var options = new ForwardedHeadersOptions();
        new ProxyOptions.Apply(Options.Create(new ProxyOptions { Trusted = trusted })).Configure(options);
        return options;
    }

    /// <summary>The library believes everybody when its lists are empty.</summary>
    [Fact]
    public void Apply_NobodyTrusted_ReadsNoHeader() => Assert.Equal(ForwardedHeaders.None, Apply("").ForwardedHeaders);

    [Fact]
    public void Apply_TrustedNetworks_BelievesThoseAlone()
    {
        var options = Apply("10.0.0.0/8, 2001:db8::/32");
        Assert.Equal(ForwardedHeaders.XForwardedFor, options.ForwardedHeaders);
        Assert.Equal(["10.0.0.0/8", "2001:db8::/32"], options.KnownIPNetworks.Select(network => network.ToString()));
        Assert.Empty(options.KnownProxies);
    }

    [Theory]
    [InlineData("10.0.0.0")]
    [InlineData("10.0.0.0/8;10.1.0.0/16")]
    public void Validate_NoNetwork_SaysWhatToSet(string trusted) =>
        Assert.Contains(
            "Proxies:Trusted",
            new ProxyOptions.Validator().Validate(null, new ProxyOptions { Trusted = trusted }).FailureMessage,
            StringComparison.Ordinal);
}
