using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Polly.Timeout;

namespace BktSmart.Tests.Cluster;

/// <summary>What Orleans itself throws in a silo, as it arrives at a caller.</summary>
public sealed class SentExceptionTest(StillBank bank) : IClassFixture<StillBank>
{
    [Fact]
    public void Placement_TimesOut_CallerHearsOfATimeOut()
    {
        var silo = bank.Cluster.GetSiloServiceProvider().GetRequiredService<Serializer>();
        var client = bank.Cluster.Client.ServiceProvider.GetRequiredService<Serializer>();
        var thrown = new TimeoutException("Grain placement operation timed out.", new TimeoutRejectedException());

        var received = client.Deserialize<Exception>(silo.SerializeToArray<Exception>(thrown));

        Assert.Equal(thrown.Message, Assert.IsType<TimeoutException>(received).Message);
    }
}
