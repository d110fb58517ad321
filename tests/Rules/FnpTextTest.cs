using BktSmart.Answers;
using BktSmart.Authentication;
using BktSmart.Customers;

namespace BktSmart.Tests.Rules;

public sealed class FnpTextTest
{
    /// <summary>The basic character set of 3GPP TS 23.038, as far as these texts could need it; each takes one of the 160 septets.</summary>
    private const string Gsm7 = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";

    public static TheoryData<FnpPurpose, Language> Every => new(
        from purpose in Enum.GetValues<FnpPurpose>() from language in Enum.GetValues<Language>() select (purpose, language));

    [Theory]
    [MemberData(nameof(Every))]
    public void Compose_AnyPurposeAndLanguage_IsOneGsm7SegmentThatEndsInTheAutofillLine(FnpPurpose purpose, Language language)
    {
        var text = FnpText.Compose(purpose, new Secret("123456"), language);
        Assert.All(text, c => Assert.Contains(c, Gsm7));
        Assert.InRange(text.Length, 1, 160);
        Assert.EndsWith("\n@bkt.com.al #123456", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Compose_TwoPurposes_SayDifferentThings() => Assert.NotEqual(
        FnpText.Compose(FnpPurpose.SignIn, new Secret("123456"), Language.Albanian),
        FnpText.Compose(FnpPurpose.Enrolment, new Secret("123456"), Language.Albanian));
}
