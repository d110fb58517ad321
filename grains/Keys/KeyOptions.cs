using Microsoft.Extensions.Options;

namespace BktSmart.Keys;

/// <summary>Section <c>Keys</c>.</summary>
public sealed class KeyOptions
{
    public const string Section = "Keys";

    /// <summary>
    /// The folder with the bank's keys, the same in every silo and never in the database: <c>pepper.key</c> (32 random bytes in base64) and
    /// <c>access-token.pem</c> (EC P-256 private key, PKCS #8). While the latter is replaced, also <c>access-token-next.pem</c> or
    /// <c>access-token-previous.pem</c>: keys that do not sign and are published, so that their tokens are good everywhere; of the previous
    /// one the public half is enough.
    /// </summary>
    public string Directory { get; set; } = "";

    internal sealed class Validator : IValidateOptions<KeyOptions>
    {
        public ValidateOptionsResult Validate(string? name, KeyOptions options) =>
            BankKeys.FindProblem(options) is { } problem ? ValidateOptionsResult.Fail(problem) : ValidateOptionsResult.Success;
    }
}
