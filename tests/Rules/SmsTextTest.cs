using BktSmart.Authentication;
using BktSmart.Customers;
using BktSmart.Ledger;

namespace BktSmart.Tests.Rules;

public sealed class SmsTextTest
{
    /// <summary>
    /// The basic character set of 3GPP TS 23.038, as far as these texts could need it; each takes one of the 160 septets.
    /// </summary>
    private const string Gsm7 =
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ "
        + "!\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

    private static readonly Currency All = Currency.Parse("ALL");
    private static readonly string Account = Iban.Albanian("205", "1100", "0000000000001234").ToMasked();

    /// <summary>The bank's ceiling, three times.</summary>
    private static readonly string Highest = SmsText.Amounts(new PaymentLimits(2_000_000_000, 2_000_000_000, 2_000_000_000), All);

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
    public void OfFnp_EveryMatterOfAStandingOrder_IsNamedInOneGsm7Segment() => Assert.All(
        Enum.GetValues<Language>(),
        language =>
        {
            var texts = Enum.GetValues<FnpOrder>().Select(
                order => SmsText.OfFnp(Sms(FnpPurpose.StandingOrder) with { Order = order }, new Secret("123456"), language)).ToArray();
            Assert.Distinct(texts.Append(SmsText.OfFnp(Sms(FnpPurpose.StandingOrder), new Secret("123456"), language)));
            Assert.All(texts, AssertOneSegment);
        });

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

    [Theory]
    [InlineData(50_000_000, 100_000_000, 500_000_000, "500000/1000000/5000000 ALL")]
    [InlineData(0, 1, 1_050, "0/0.01/10.50 ALL")]
    public void Amounts_Limits_AreThoseOfPaymentDayAndMonth(long payment, long day, long month, string text) =>
        Assert.Equal(text, SmsText.Amounts(new PaymentLimits(payment, day, month), All));

    [Fact]
    public void OfRaise_HighestLimitsOfAnyLanguage_AreNamedInOneGsm7Segment() => Assert.All(
        Enum.GetValues<Language>(),
        language =>
        {
            var text = SmsText.OfRaise(Account, Highest, language);
            AssertOneSegment(text);
            Assert.Contains("20000000/20000000/20000000 ALL", text, StringComparison.Ordinal);
            Assert.Contains("AL91..1234", text, StringComparison.Ordinal);
            Assert.Contains("20000000/20000000/20000000 ALL", SmsText.OfFnp(Sms(FnpPurpose.LimitRaise), new Secret("123456"), language),
                StringComparison.Ordinal);
        });

    /// <summary>An FNP session that a silo of the version before began knows no limits.</summary>
    [Fact]
    public void OfFnp_RaiseWithoutLimits_NamesTheAccount() => Assert.Contains(
        "to raise the limits of AL91..1234",
        SmsText.OfFnp(Sms(FnpPurpose.LimitRaise) with { Amount = null }, new Secret("123456"), Language.English), StringComparison.Ordinal);

    [Fact]
    public void OfCorrection_AnyLanguage_IsOneGsm7SegmentWithoutACode()
    {
        var texts = Enum.GetValues<Language>().Select(CorrectionSms.Of).ToArray();
        Assert.Distinct(texts);
        Assert.All(texts, AssertOneSegment);
        Assert.All(texts, text => Assert.DoesNotContain('#', text));
    }

    /// <summary>With the longest amount that the defaults allow.</summary>
    private static FnpSms Sms(FnpPurpose purpose) => new(
        Guid.NewGuid(), Guid.NewGuid(), new FnpBegun(CustomerNumber.From(100_000_001), 0), purpose,
        purpose == FnpPurpose.LimitRaise ? Highest : new Money(Money.MaxTransferMinor, All).ToString(),
        Account, "K7Q2M9AB");

    private static void AssertOneSegment(string text)
    {
        Assert.All(text, c => Assert.Contains(c, Gsm7));
        Assert.InRange(text.Length, 1, 160);
    }
}
