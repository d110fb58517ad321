using BktSmart.Dev.Bank;
using BktSmart.Ledger;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace BktSmart.Tests.Infrastructure;

/// <summary>Payments as tests need them that are about something else: no FNP, no limits.</summary>
public static class TestPayments
{
    public static IOptions<PaymentOptions> Free { get; } = Bind();

    /// <summary>The defaults, with round numbers for ALL: 3,000 of low value, 10,000 together.</summary>
    public static IOptions<PaymentOptions> Strict { get; } = NewStrict();

    private static IOptions<PaymentOptions> NewStrict()
    {
        var options = new PaymentOptions();
        (options.Amounts["ALL"].LowValueMinor, options.Amounts["ALL"].LowValueSumMinor) = (300_000, 1_000_000);
        return Options.Create(options);
    }

    private static IOptions<PaymentOptions> Bind()
    {
        var settings = FreePayments.Settings().Select(
            setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), (string?)setting.Value));
        var options = new PaymentOptions();
        new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection(PaymentOptions.Section).Bind(options);
        return Options.Create(options);
    }
}
