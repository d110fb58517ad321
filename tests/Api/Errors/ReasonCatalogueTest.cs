using BktSmart.Answers;
using BktSmart.Infrastructure;
using Grpc.Core;

namespace BktSmart.Errors;

public sealed class ReasonCatalogueTest
{
    private static readonly string[] SourceFolders = ["api", "grain-interfaces", "grains", "silo"];

    public static TheoryData<Reason> Reasons => [.. Enum.GetValues<Reason>()];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Of_EveryReason_HasStatusAndTwoTexts(Reason reason)
    {
        var entry = ReasonCatalogue.Of(reason);

        Assert.NotEqual(StatusCode.OK, entry.Status);
        Assert.NotEqual(entry.Albanian, entry.English);
        Assert.All([entry.Albanian, entry.English], text =>
        {
            Assert.True(text.Length is > 10 and < 150, text);
            Assert.EndsWith(".", text, StringComparison.Ordinal);
            Assert.True(text.IsNormalized(), text);
        });
    }

    [Fact]
    public void Of_EveryReason_HasItsOwnTexts()
    {
        var entries = Enum.GetValues<Reason>().Select(ReasonCatalogue.Of).ToList();
        Assert.Equal(entries.Count, entries.DistinctBy(entry => entry.Name).Count());
        Assert.Equal(entries.Count, entries.DistinctBy(entry => entry.Albanian).Count());
        Assert.Equal(entries.Count, entries.DistinctBy(entry => entry.English).Count());
    }

    /// <summary>Where the rules are, in grains/, is part of it: without that folder there is nothing to say about most reasons.</summary>
    [Fact]
    public void Reason_EveryOne_IsUsed()
    {
        Assert.SkipUnless(Directory.Exists(Path.Combine(Repository.Root, "grains")), "grains/ is not here.");
        var source = string.Join('\n', SourceFolders.Select(folder => Path.Combine(Repository.Root, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Where(file => Path.GetFileName(file) is not ("Reason.cs" or "ReasonCatalogue.cs")
                && !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
            .Select(File.ReadAllText));

        // A comment is not a use.
        var code = string.Join('\n', source.Split('\n').Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)));
        var unused = Enum.GetNames<Reason>().Where(name => !UsesOf(name).IsMatch(code)).ToList();
        Assert.True(unused.Count == 0, $"Never used: {string.Join(", ", unused)}");
    }

    [Theory]
    [InlineData(Reason.PayeeCannotReceive, StatusCode.FailedPrecondition)]
    [InlineData(Reason.InsufficientFunds, StatusCode.FailedPrecondition)]
    [InlineData(Reason.TransferIdReused, StatusCode.AlreadyExists)]
    [InlineData(Reason.OutcomeUnknown, StatusCode.Unknown)]
    [InlineData(Reason.FnpWrong, StatusCode.Unauthenticated)]
    [InlineData(Reason.Overloaded, StatusCode.ResourceExhausted)]
    public void Of_Reason_HasPublishedStatus(Reason reason, StatusCode status) => Assert.Equal(status, ReasonCatalogue.Of(reason).Status);

    /// <summary>Apps are generated from the list in the protos, which keeps those that are not given any more.</summary>
    [Fact]
    public void Names_AreThoseOfTheProtos() => Assert.Equal(
        Enum.GetValues<Reason>().Select(reason => (ReasonCatalogue.Of(reason).Name, (int)reason)),
        V1.ErrorReasonReflection.Descriptor.EnumTypes.Single().Values.Skip(1)
            .Where(value => value.GetOptions()?.Deprecated is not true)
            .Select(value => (value.Name, value.Number)));

    private static System.Text.RegularExpressions.Regex UsesOf(string name) => new($@"\bReason\.{name}\b");
}
