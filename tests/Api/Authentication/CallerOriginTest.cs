using System.Net;

namespace BktSmart.Authentication;

public sealed class CallerOriginTest
{
    [Theory]
    [InlineData("203.0.113.77", "203.0.113.0/24")]
    [InlineData("::ffff:203.0.113.77", "203.0.113.0/24")]
    [InlineData("2001:db8:1234:5678:9abc:def0:1234:5678", "2001:db8:1234::/48")]
    [InlineData("255.255.255.255", "255.255.255.0/24")]
    public void Network_Address_LosesItsLastPart(string address, string expected) =>
        Assert.Equal(expected, CallerOrigin.Network(IPAddress.Parse(address )));

    [Fact]
    public void Network_NoAddress_IsEmpty() => Assert.Equal("", CallerOrigin.Network(null));
}
