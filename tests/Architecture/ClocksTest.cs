using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace BktSmart.Tests.Architecture;

/// <summary>Which clock a class of the silo goes by is said where it gets one.</summary>
public sealed class ClocksTest
{
    /// <summary>Those are made by others, which say it.</summary>
    private static readonly string[] ToldByOthers =
        ["LedgerEventQueue", "LedgerEventReceiver", "Patience", "RepeatedWork", "Seen", "SharedStatement`2"];

    /// <summary>They reckon with the day by which the database counts payments.</summary>
    private static readonly string[] AsTheDatabase = ["LedgerPoster", "LedgerReader", "PaymentSettingsGrain"];

    [Fact]
    public void Constructors_WithAClock_SayWhetherItIsTheBanks() => Assert.Equal(
        ToldByOthers.Concat(AsTheDatabase).Order(StringComparer.Ordinal),
        typeof(BankSilo).Assembly.GetTypes()
            .Where(type => !type.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute)))
            .SelectMany(type => type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .SelectMany(constructor => constructor.GetParameters())
            .Where(parameter => parameter.ParameterType == typeof(TimeProvider))
            .Where(parameter => !parameter.IsDefined(typeof(FromKeyedServicesAttribute), inherit: false))
            .Select(parameter => parameter.Member.DeclaringType!.Name)
            .Distinct().Order(StringComparer.Ordinal));
}
