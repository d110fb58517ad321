using System.ComponentModel;
using System.Reflection;
using BktSmart.Accounts;
using BktSmart.Hosting;
using BktSmart.Ledger;
using BktSmart.Silo.Hosting;

namespace BktSmart.Infrastructure;

/// <summary>One setting: a property of an options class.</summary>
/// <param name="Program"><c>silo</c> or <c>api</c>.</param>
internal sealed record Setting(string Program, string Section, PropertyInfo Property)
{
    public string Name => $"{Section}:{Property.Name}";

    public object? Default => Property.GetValue(Activator.CreateInstance(Property.DeclaringType!));

    /// <summary>Reads a text as configuration does.</summary>
    public object? Parse(string text) => TypeDescriptor.GetConverter(Property.PropertyType).ConvertFromInvariantString(text);

    public override string ToString() => $"{Program} {Name}";
}

/// <summary>All settings of the programs. An options class is one that names its section.</summary>
internal static class Settings
{
    private static readonly (string Program, Assembly Assembly)[] Assemblies =
    [
        ("silo", typeof(ClusterMemberOptions).Assembly),
        ("silo", typeof(LedgerOptions).Assembly),
        ("api", typeof(ClusterSettings).Assembly),
        ("silo", typeof(ClockOptions).Assembly),
        ("api", typeof(ClockOptions).Assembly),
    ];

    public static IReadOnlyList<Setting> All { get; } =
    [
        .. from source in Assemblies
           from type in source.Assembly.GetTypes()
           let section = type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string
           where section is not null
           from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
           where property.CanWrite
           select new Setting(source.Program, section, property),
    ];
}
