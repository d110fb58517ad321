using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace BktSmart.Authentication;

/// <summary>Section <c>StaffTokens</c>: the bank's identity provider, whose tokens staff bring.</summary>
internal sealed class StaffTokenOptions
{
    public const string Section = "StaffTokens";

    /// <summary>
    /// The https address of the identity provider (OpenID Connect discovery). One of this and <see cref="DevelopmentKeysFile"/> is needed.
    /// </summary>
    public string? Authority { get; set; }

    /// <summary>A file with a JSON Web Key Set in place of an identity provider. Only in Development.</summary>
    public string? DevelopmentKeysFile { get; set; }

    /// <summary>Who must have issued a token. With <see cref="Authority"/> the discovery document says so, and this may be empty.</summary>
    public string? Issuer { get; set; }

    /// <summary>Whom a token must be meant for.</summary>
    public string Audience { get; set; } = "bktsmart-staff";

    /// <summary>Where in a token the roles are: a JSON Pointer (RFC 6901), such as <c>/realm_access/roles</c> at Keycloak.</summary>
    public string RolesPath { get; set; } = "/roles";

    /// <summary>
    /// From when a token was issued until it ends: a minute to a day. A token that was given out stays good for so long, whatever becomes
    /// of its owner at the identity provider.
    /// </summary>
    public TimeSpan LifetimeMax { get; set; } = TimeSpan.FromHours(12);

    internal IList<SecurityKey> ReadDevelopmentKeys() => new JsonWebKeySet(File.ReadAllText(DevelopmentKeysFile!)).GetSigningKeys();

    internal sealed class Validator(IHostEnvironment environment) : IValidateOptions<StaffTokenOptions>
    {
        public ValidateOptionsResult Validate(string? name, StaffTokenOptions options)
        {
            var hasFile = !string.IsNullOrEmpty(options.DevelopmentKeysFile);
            if (hasFile && !environment.IsDevelopment())
                return Fail(
                    $"StaffTokens:DevelopmentKeysFile is for Development only, and this is {environment.EnvironmentName}: set "
                        + "StaffTokens:Authority instead.");
            if (hasFile == !string.IsNullOrEmpty(options.Authority))
                return Fail(hasFile
                    ? "StaffTokens:DevelopmentKeysFile and StaffTokens:Authority are both set: keep one."
                    : "StaffTokens:Authority is not set: give the https address of the bank's identity provider.");
            if (string.IsNullOrEmpty(options.Audience))
                return Fail("StaffTokens:Audience is empty: give the audience that the identity provider writes into staff tokens.");
            if (!options.RolesPath.StartsWith('/'))
                return Fail("StaffTokens:RolesPath is not a JSON Pointer: begin it with /, as in /realm_access/roles.");
            if (options.LifetimeMax < TimeSpan.FromMinutes(1) || options.LifetimeMax > TimeSpan.FromDays(1))
                return Fail("StaffTokens:LifetimeMax must be between a minute and a day.");
            return hasFile ? ValidateFile(options) : ValidateAuthority(options);
        }

        private static ValidateOptionsResult ValidateAuthority(StaffTokenOptions options) =>
            Uri.TryCreate(options.Authority, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps
                ? ValidateOptionsResult.Success
                : Fail("StaffTokens:Authority is not an https address.");

        private static ValidateOptionsResult ValidateFile(StaffTokenOptions options)
        {
            if (string.IsNullOrEmpty(options.Issuer))
                return Fail(
                    "StaffTokens:Issuer is not set: with StaffTokens:DevelopmentKeysFile it says who must have issued a staff token.");
            try
            {
                return options.ReadDevelopmentKeys().Count > 0
                    ? ValidateOptionsResult.Success
                    : Fail("StaffTokens:DevelopmentKeysFile names a file without a key.");
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
            {
                return Fail("StaffTokens:DevelopmentKeysFile does not name a readable file with a JSON Web Key Set.");
            }
        }

        private static ValidateOptionsResult Fail(string problem) => ValidateOptionsResult.Fail(problem);
    }
}
