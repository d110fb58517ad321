using BktSmart.Dev;

namespace BktSmart.Infrastructure;

/// <summary>What <c>./test</c> (<c>dev postgres</c>) prepares for a run.</summary>
internal static class TestServer
{
    /// <summary>The administrator of the common server; null where the tests were started by themselves.</summary>
    public static string? AdminConnectionString =>
        Environment.GetEnvironmentVariable("BKT_TEST_DATABASE") is { Length: > 0 } value ? value : null;

    public static string NewDatabase() => $"system_{Guid.NewGuid():N}"[..24];

    public static string NewFolder(string name)
    {
        var parent = Environment.GetEnvironmentVariable("BKT_TEST_FOLDER") is { Length: > 0 } value
            ? value
            : Path.Combine(Repository.Root, ".data", "test-system");
        return Path.Combine(parent, $"{name}-{Guid.NewGuid():N}"[..(name.Length + 9)]);
    }
}
