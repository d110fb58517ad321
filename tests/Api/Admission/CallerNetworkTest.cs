using System.Net;

namespace BktSmart.Admission;

public sealed class CallerNetworkTest
{
    [Theory]
    [InlineData("203.0.113.77", "203.0.113.77", true)]
    [InlineData("203.0.113.77", "::ffff:203.0.113.77", true)]
    [InlineData("203.0.113.77", "203.0.113.78", false)]
    [InlineData("2001:db8::1", "2001:db8::ffff:1", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("::cb00:714d", "203.0.113.77", false)]
    public void Equals_TwoAddresses_AreOneCallerInTheSameNetwork(string one, string other, bool same) =>
        Assert.Equal(same, new CallerNetwork(IPAddress.Parse(one)) == new CallerNetwork(IPAddress.Parse(other)));

    /// <summary>Both halves of each number give the same when one is laid over the other.</summary>
    [Fact]
    public void GetHashCode_NetworksChosenToFallTogether_Differ()
    {
        var hashes = Enumerable.Range(0, 100).Select(i => new CallerNetwork(IPAddress.Parse($"2001:{i:x}:0:{i:x}::1")).GetHashCode());
        Assert.InRange(hashes.Distinct().Count(), 99, 100);
    }
}
