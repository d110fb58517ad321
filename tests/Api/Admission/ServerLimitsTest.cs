using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace BktSmart.Admission;

public sealed class ServerLimitsTest
{
    [Fact]
    public void Configure_Kestrel_BoundsConnections()
    {
        var kestrel = new KestrelServerOptions();
        new ServerLimits.Apply(Options.Create(new ServerLimits())).Configure(kestrel);
        Assert.Equal(20_000, kestrel.Limits.MaxConcurrentConnections);
    }

    [Fact]
    public void Validate_NoCalls_IsRefused() => Assert.StartsWith(
        "Limits:CallsMax must",
        new ServerLimits.Validator().Validate(null, new ServerLimits { CallsMax = 0 }).FailureMessage,
        StringComparison.Ordinal);

    [Fact]
    public void Validate_NoConnections_IsRefused() => Assert.StartsWith(
        "Limits:ConnectionsMax must",
        new ServerLimits.Validator().Validate(null, new ServerLimits { ConnectionsMax = 0 }).FailureMessage,
        StringComparison.Ordinal);
}
