using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using Type = System.Type;

namespace BktSmart.Tests.Architecture;

/// <summary>A slice uses what stands below it, and knows nothing of what stands above.</summary>
public sealed class RoomsTest
{
    private const string Root = "BktSmart.";

    private static readonly ArchUnitNET.Domain.Architecture Bank = new ArchLoader()
        .LoadAssemblies(typeof(Answers.Reason).Assembly, typeof(BankSilo).Assembly)
        .Build();

    private static readonly System.Reflection.Assembly[] Slices = [typeof(Answers.Reason).Assembly, typeof(BankSilo).Assembly];

    [Fact]
    public void Slices_UseWhatStandsBelow_AndNothingAbove()
    {
        var uses = Uses().ToArray();
        Assert.True(uses.Length > 500, $"only {uses.Length} uses were found: the search is broken");
        Assert.Empty(uses.Where(use => !Rooms.MayUse(use.From.Room, use.To.Room))
            .Select(use => $"{use.From.Room}/{use.From.Type} uses {use.To.Room}/{use.To.Type}").Distinct().Order());
    }

    [Fact]
    public void Types_OfTheSlices_AreInRooms() => Assert.Empty(
        Slices.SelectMany(assembly => assembly.GetTypes())
            .Where(type => !type.IsNested && type.Namespace is { } name && name.StartsWith(Root, StringComparison.Ordinal) && IsOurs(type))
            .Where(type => !Rooms.All.Contains(type.Namespace![Root.Length..]))
            .Select(type => type.FullName));

    [Fact]
    public void Rooms_AreAllThere() => Assert.All(
        Rooms.All, room => Assert.Contains(Slices.SelectMany(assembly => assembly.GetTypes()), type => type.Namespace == Root + room));

    [Fact]
    public void Assemblies_PointOneWay()
    {
        Assert.Equal(["hosting"], OursOf(typeof(BankSilo)).Except(["contract"]));
        Assert.Empty(OursOf(typeof(Answers.Reason)));
        Assert.Equal(["contract", "hosting"], OursOf(typeof(Requests.PageToken)).Order());
        Assert.DoesNotContain("api", OursOf(typeof(Silo.Migration.MigrationOptions)));

        static IEnumerable<string> OursOf(Type type) => type.Assembly.GetReferencedAssemblies()
            .Select(name => name.Name).Select(name => name switch
            {
                "BktSmart.GrainInterfaces" => "contract",
                "BktSmart.Hosting" => "hosting",
                "BktSmart.Grains" => "grains",
                "api" or "silo" => name,
                _ => null,
            }).OfType<string>();
    }

    private static IEnumerable<((string Room, string Type) From, (string Room, string Type) To)> Uses() =>
        from type in Bank.Types
        let user = Place(type)
        where user is not null
        from dependency in type.Dependencies
        let used = Place(dependency.Target)
        where used is not null
        select (user.Value, used.Value);

    /// <summary>Null for what is in no room: libraries, generated code, and the place where the rooms are put together.</summary>
    private static (string Room, string Type)? Place(IType type) =>
        type.FullName.StartsWith(Root, StringComparison.Ordinal)
        && type.FullName[Root.Length..].Split('.', 2) is [var room, var name]
        && Rooms.All.Contains(room)
            ? (room, name)
            : null;

    private static bool IsOurs(Type type) => !type.IsDefined(typeof(System.CodeDom.Compiler.GeneratedCodeAttribute), inherit: false)
        && !type.FullName!.StartsWith("OrleansCodeGen", StringComparison.Ordinal);
}
