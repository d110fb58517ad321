using Microsoft.Extensions.Options;

namespace BktSmart.Hosting;

/// <summary>Section <c>Browsers</c>: pages that call the API of customers by gRPC-Web.</summary>
internal sealed class BrowserOptions
{
    public const string Section = "Browsers";

    /// <summary>Origins of the pages, such as <c>https://app.bank.example</c>, separated by commas. Empty: no browser gets in.</summary>
    public string Origins { get; set; } = "";

    internal string[] AllowedOrigins => Origins.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    internal sealed class Validator : IValidateOptions<BrowserOptions>
    {
        public ValidateOptionsResult Validate(string? name, BrowserOptions options) => options.AllowedOrigins.All(IsOrigin)
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                "Browsers:Origins is not a list of origins: give them as https://host or https://host:port, separated by commas. Only a "
                + "page on this machine may come by http.");

        /// <summary>As a browser writes it (RFC 6454, section 6.2).</summary>
        private static bool IsOrigin(string text) =>
            Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
            && uri.GetLeftPart(UriPartial.Authority) == text && uri.UserInfo.Length == 0;
    }
}
