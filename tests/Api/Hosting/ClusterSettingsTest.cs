using System.Net;

namespace BktSmart.Hosting;

public sealed class ClusterSettingsTest
{
    [Fact]
    public void ParseGateways_List_GivesEveryHost() => Assert.Equal(
        [new DnsEndPoint("10.0.0.1", 30000), new DnsEndPoint("silo.bank", 30001), new DnsEndPoint("::1", 30002)],
        ClusterSettings.ParseGateways("10.0.0.1:30000, silo.bank:30001,[::1]:30002,"));

    [Theory]
    [InlineData("silo")]
    [InlineData("silo:")]
    [InlineData(":30000")]
    [InlineData("silo:0")]
    [InlineData("silo:65536")]
    [InlineData("silo:-1")]
    [InlineData("si lo:30000")]
    [InlineData("silo:30000,silo")]
    public void ParseGateways_OtherText_IsMalformed(string gateways) => Assert.Null(ClusterSettings.ParseGateways(gateways));

    [Fact]
    public void Validate_NothingSet_SaysWhatToSet()
    {
        var result = new ClusterSettings.Validator().Validate(null, new ClusterSettings());
        Assert.StartsWith("Cluster:Gateways is not set", Assert.Single(result.Failures!), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_NoTimeForAGateway_SaysWhatToSet()
    {
        var settings = new ClusterSettings { Gateways = "silo:30000", GatewaySilenceMax = TimeSpan.Zero };
        var result = new ClusterSettings.Validator().Validate(null, settings);
        Assert.StartsWith("Cluster:GatewaySilenceMax must be", Assert.Single(result.Failures!), StringComparison.Ordinal);
    }
}
