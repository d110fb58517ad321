using Microsoft.Extensions.Options;

namespace BktSmart.Authentication;

/// <summary>Section <c>CustomerTokens</c>: the access tokens of customers.</summary>
internal sealed class CustomerTokenOptions
{
    public const string Section = "CustomerTokens";

    private const int VerifiedCountLeast = 10;

    /// <summary>Verified tokens that are remembered, at some hundred bytes each, 10 at least. One more is verified at every call.</summary>
    public int VerifiedCountMax { get; set; } = 100_000;

    internal sealed class Validator : IValidateOptions<CustomerTokenOptions>
    {
        public ValidateOptionsResult Validate(string? name, CustomerTokenOptions options) => options.VerifiedCountMax < VerifiedCountLeast
            ? ValidateOptionsResult.Fail($"CustomerTokens:VerifiedCountMax must be at least {VerifiedCountLeast}.")
            : ValidateOptionsResult.Success;
    }
}
