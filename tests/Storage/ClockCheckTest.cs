using BktSmart.Silo.Hosting;
using BktSmart.Tests.Infrastructure;

namespace BktSmart.Tests.Storage;

public sealed class ClockCheckTest(TestServer server)
{
    private static readonly TimeSpan DifferenceMax = new ClusterMemberOptions().ClockDifferenceMax;

    [Fact]
    public async Task FindProblemAsync_ClockAsTheDatabases_FindsNone()
    {
        var database = await server.CreateDatabaseAsync();
        Assert.Null(await ClockCheck.FindProblemAsync(database.Silo, TimeProvider.System, DifferenceMax));
        Assert.Null(await ClockCheck.FindProblemAsync(database.Silo, new Shifted(0.9 * DifferenceMax), DifferenceMax));
    }

    [Theory]
    [InlineData(-600, "600 s behind the database's")]
    [InlineData(600, "600 s ahead of the database's")]
    public async Task FindProblemAsync_ClockTenMinutesOff_SaysByHowMuchAndWhatToDo(int seconds, string expected)
    {
        var database = await server.CreateDatabaseAsync();
        var problem = await ClockCheck.FindProblemAsync(database.Silo, new Shifted(TimeSpan.FromSeconds(seconds)), DifferenceMax);
        Assert.Contains(expected, problem, StringComparison.Ordinal);
        Assert.Contains("set both clocks by one time server", problem, StringComparison.Ordinal);
    }

    /// <summary>The clock of a machine that nobody sets.</summary>
    private sealed class Shifted(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
