using Microsoft.IdentityModel.JsonWebTokens;

namespace BktSmart.Authentication;

public sealed class StaffTokenRulesTest
{
    private const string Header = """{"alg":"ES256","typ":"JWT"}""";
    private const string Payload = """{"sub":"ana","iat":1000,"exp":1300,"roles":["branch","auditor"]}""";

    [Theory]
    [InlineData("""{"alg":"ES256"}""")]
    [InlineData(Header)]
    [InlineData("""{"alg":"ES256","typ":"at+jwt"}""")]
    [InlineData("""{"alg":"ES256","typ":"application/at+JWT"}""")]
    public void TryRead_AccessToken_HasItsSubjectAndRoles(string header)
    {
        var (subject, roles) = Read(header, Payload);
        Assert.Equal("ana", subject);
        Assert.Equal(["branch", "auditor"], roles);
    }

    [Theory]
    [InlineData("""{"alg":"ES256","typ":"id+jwt"}""", Payload)]
    [InlineData("""{"alg":"ES256","typ":"logout+jwt"}""", Payload)]
    [InlineData("""{"alg":"ES256","typ":"JWT","crit":["exp"]}""", Payload)]
    [InlineData(Header, """{"sub":"ana","iat":1000,"exp":1300,"typ":"ID","roles":["branch"]}""")]
    [InlineData(Header, """{"sub":"ana","iat":1000,"exp":1300,"typ":7,"roles":["branch"]}""")]
    [InlineData(Header, """{"sub":"ana","iat":1000,"exp":1300,"typ":"Refresh","roles":["branch"]}""")]
    [InlineData(Header, """{"sub":"ana","exp":1300,"roles":["branch"]}""")]
    [InlineData(Header, """{"iat":1000,"exp":1300,"roles":["branch"]}""")]
    public void TryRead_TokenOfAnotherKind_IsNone(string header, string payload) => Assert.Null(Read(header, payload).Subject);

    [Theory]
    [InlineData("/realm_access/roles", """{"realm_access":{"roles":["branch"]}}""")]
    [InlineData("/resource_access/bkt.smart/roles", """{"resource_access":{"bkt.smart":{"roles":["branch"]}}}""")]
    [InlineData("/https:~1~1bank.example~1roles", """{"https://bank.example/roles":["branch"]}""")]
    [InlineData("/roles", """{"roles":"branch"}""")]
    public void TryRead_RolesElsewhere_FindsThemByTheirPath(string path, string claims) =>
        Assert.Equal(["branch"], Read(Header, $$"""{"sub":"ana","iat":1000,"exp":1300,{{claims[1..]}}""", path).Roles);

    [Theory]
    [InlineData("/realm_access/roles")]
    [InlineData("/sub/roles")]
    [InlineData("/iat")]
    public void TryRead_NoRolesThere_HasNone(string path) => Assert.Empty(Read(Header, Payload, path).Roles);

    private static (string? Subject, IReadOnlyCollection<string> Roles) Read(string header, string payload, string path = "/roles") =>
        StaffTokenRules.TryRead(
            new JsonWebToken(header, payload), new StaffTokenOptions { RolesPath = path }, out var subject, out var roles)
            ? (subject, roles)
            : (null, roles);
}
