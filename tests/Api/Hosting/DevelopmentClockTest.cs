using BktSmart.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;

namespace BktSmart.Tests.Api.Hosting;

public sealed class DevelopmentClockTest
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(1);

    [Fact]
    public void GetUtcNow_NoFile_IsTheMachinesTime() => AssertAhead(TimeSpan.Zero, new DevelopmentClock("/no/such/file"));

    [Fact]
    public void GetUtcNow_FileSaysHowFarAhead_IsThatMuchLater()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "1.06:00:00");
            var clock = new DevelopmentClock(file);
            AssertAhead(new TimeSpan(1, 6, 0, 0), clock);
            Assert.Equal(new TimeSpan(1, 6, 0, 0), DevelopmentClock.AheadIn(clock));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void AheadIn_AnotherClock_IsNothing() => Assert.Equal(TimeSpan.Zero, DevelopmentClock.AheadIn(TimeProvider.System));

    [Theory]
    [InlineData("Production", "/clock", false)]
    [InlineData("Staging", "/clock", false)]
    [InlineData("Production", "", true)]
    [InlineData("Development", "/clock", true)]
    public void Validate_AheadFile_IsForDevelopmentOnly(string environment, string file, bool valid)
    {
        var validator = new ClockOptions.Validator(new HostingEnvironment { EnvironmentName = environment });
        var result = validator.Validate(null, new ClockOptions { AheadFile = file });
        Assert.Equal(valid, result.Succeeded);
        if (!valid)
            Assert.StartsWith("Clock:AheadFile is set", result.FailureMessage, StringComparison.Ordinal);
    }

    private static void AssertAhead(TimeSpan expected, DevelopmentClock clock) =>
        Assert.InRange(clock.GetUtcNow() - DateTimeOffset.UtcNow - expected, -Tolerance, Tolerance);
}
