using BktSmart.Authentication;

namespace BktSmart.Tests.Rules;

public sealed class SmsTextTest
{
    /// <summary>
    /// The basic character set of 3GPP TS 23.038, as far as these texts could need it; each takes one of the 160 septets.
    /// </summary>
    private const string Gsm7 =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ "
        + "!\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

    public static TheoryData<FnpPurpose, Language> Every => new(
        from purpose in Enum.GetValues<FnpPurpose>() from language in Enum.GetValues<Language>() select (purpose, language));

    [Theory]
    [MemberData(nameof(Every))]
    public void OfFnp_AnyPurposeAndLanguage_IsOneGsm7SegmentThatEndsInTheAutofillLine(FnpPurpose purpose, Language language)
    {
        var text = SmsText.OfFnp(Sms(purpose), new Secret("123456"), language);
        AssertOneSegment(text);
        Assert.EndsWith("\n@bkt.com.al #123456", text, StringComparison.Ordinal);
        Assert.Contains("ref K7Q2M9AB", text, StringComparison.Ordinal);
    }

    [Fact]
    public void OfFnp_EveryPurpose_SaysSomethingElse() => Assert.All(
        Enum.GetValues<Language>(),
        language => Assert.Distinct(
            Enum.GetValues<FnpPurpose>().Select(purpose => SmsText.OfFnp(Sms(purpose), new Secret("123456"), language))));

    [Fact]
    public void OfAlert_EveryAlertAndLanguage_IsOneGsm7SegmentWithoutACode()
    {
        foreach (var language in Enum.GetValues<Language>())
        {
            var texts = Enum.GetValues<SecurityAlert>().Select(alert => SmsText.OfAlert(alert, language)).ToArray();
            Assert.Distinct(texts);
            Assert.All(texts, AssertOneSegment);
            Assert.All(texts, text => Assert.DoesNotContain('#', text));
        }
    }

    /// <summary>With the longest amount.</summary>
    private static FnpSms Sms(FnpPurpose purpose) => new(
        Guid.NewGuid(), Guid.NewGuid(), new FnpBegun(CustomerNumber.From(100_000_001), 0), purpose,
        new Money(Money.MaxTransferMinor, Currency.Parse("ALL")).ToString(),
        Iban.Albanian("205", "1100", "0000000000001234").ToMasked(), "K7Q2M9AB");

    private static void AssertOneSegment(string text)
    {
        Assert.All(text, c => Assert.Contains(c, Gsm7));
        Assert.InRange(text.Length, 1, 160);
    }
}
