using System.Globalization;
using System.Reflection;
using BktSmart.Authentication;
using BktSmart.Dev.Bank;
using BktSmart.Keys;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Metadata;
using Orleans.Runtime;

namespace BktSmart.Tests.Cluster;

/// <summary>
/// Two traps of the ADO.NET storage provider: keys that parse as numbers share rows, and so do grain types with the same state name.
/// </summary>
public sealed class GrainKeysTest(StillBank bank) : IClassFixture<StillBank>
{
    [Fact]
    public void Keys_OfGrainsWithState_AreNoNumberInAnyBase()
    {
        var id = Guid.Parse("00000000-0000-0000-0000-000000000012");
        IAddressable[] grains =
        [
            bank.Grains.Credentials(CustomerNumber.From(100_000_012)), bank.Grains.FnpSession(id), bank.Grains.Session(id),
        ];
        Assert.All(grains, grain =>
        {
            var key = grain.GetPrimaryKeyString();
            Assert.False(Guid.TryParse(key, out _), key);
            Assert.False(long.TryParse(key, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out _), key);
            Assert.False(char.IsAsciiHexDigit(key[0]) && key.All(char.IsAsciiHexDigit), key);
        });
    }

    [Fact]
    public void StateNames_OfAllGrainTypes_AreDifferent()
    {
        var names = typeof(BankSilo).Assembly.GetTypes()
            .SelectMany(type => type.GetConstructors())
            .SelectMany(constructor => constructor.GetParameters())
            .Select(parameter => parameter.GetCustomAttribute<PersistentStateAttribute>()?.StateName)
            .OfType<string>()
            .ToArray();
        Assert.True(names.Length >= 2, "the search found nothing");
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    /// <summary>Silos and API nodes of other versions know an interface by its alias, whatever its name and its room are by now.</summary>
    [Fact]
    public void InterfaceTypes_OfAllGrains_AreTheirAliases()
    {
        var resolver = bank.Cluster.Client.ServiceProvider.GetRequiredService<GrainInterfaceTypeResolver>();
        var interfaces = typeof(IFnpSessionGrain).Assembly.GetTypes()
            .Where(type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable)))
            .ToArray();
        Assert.True(interfaces.Length >= 15, "the search found too few");
        Assert.Equal(
            interfaces.Select(type => type.GetCustomAttribute<AliasAttribute>()?.Alias),
            interfaces.Select(type => resolver.GetGrainInterfaceType(type).ToString()));
    }

    [Theory]
    [InlineData("customer-1")]
    [InlineData("100000001")]
    [InlineData("Customer-100000001")]
    public void ToCustomerNumber_KeyThatWasNotMadeHere_IsRefused(string key) =>
        Assert.Throws<FormatException>(() => GrainKeys.ToCustomerNumber(key));
}
