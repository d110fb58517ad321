using BktSmart.Dev.Bank;
using BktSmart.Payments;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace BktSmart.Tests.Infrastructure;

/// <summary>Payments as tests need them that are about something else: no FNP, no limits.</summary>
public static class TestPayments
{
    public static IOptions<PaymentOptions> Free { get; } = Bind();

    private static IOptions<PaymentOptions> Bind()
    {
        var settings = FreePayments.Settings().Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), (string?)setting.Value));
        var options = new PaymentOptions();
        new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection(PaymentOptions.Section).Bind(options);
        return Options.Create(options);
    }
}
