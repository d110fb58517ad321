using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;

namespace BktSmart.Authentication;

public sealed class StaffTokenOptionsTest
{
    [Theory]
    [InlineData("Production", null, null, "StaffTokens:Authority is not set")]
    [InlineData("Development", null, null, "StaffTokens:Authority is not set")]
    [InlineData("Production", null, "/keys.json", "StaffTokens:DevelopmentKeysFile is for Development only")]
    [InlineData("Staging", "https://id.bank", "/keys.json", "StaffTokens:DevelopmentKeysFile is for Development only")]
    [InlineData("Development", "https://id.bank", "/keys.json", "StaffTokens:DevelopmentKeysFile and StaffTokens:Authority are both set")]
    [InlineData("Production", "http://id.bank", null, "StaffTokens:Authority is not an https address")]
    [InlineData("Development", null, "/no/such/keys.json", "StaffTokens:DevelopmentKeysFile does not name a readable file")]
    public void Validate_BadSetting_SaysWhichInOneSentence(string environment, string? authority, string? file, string problem)
    {
        var options = new StaffTokenOptions { Authority = authority, DevelopmentKeysFile = file, Issuer = "issuer" };
        var result = new StaffTokenOptions.Validator(new FakeEnvironment(environment)).Validate(null, options);
        Assert.StartsWith(problem, Assert.Single(result.Failures ?? []), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_Authority_IsEnough() =>
        Assert.True(
            new StaffTokenOptions.Validator(new FakeEnvironment("Production"))
                .Validate(null, new StaffTokenOptions { Authority = "https://id.bank" })
                .Succeeded);

    private sealed class FakeEnvironment(string name) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = name;
        public string ApplicationName { get; set; } = "";
        public string ContentRootPath { get; set; } = "";
        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
