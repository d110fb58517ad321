using BktSmart.Answers;

namespace BktSmart.Requests;

public sealed class FreeTextTest
{
    private const int LengthMax = 10;

    [Theory]
    [InlineData("", "")]
    [InlineData("   ", "")]
    [InlineData("  qira  maj ", "qira maj")]
    [InlineData("a\r\n\tb", "a b")]
    [InlineData("a\u00A0\u2003b", "a b")]
    [InlineData("e\u0308sht\u00EB", "\u00EBsht\u00EB")]
    [InlineData("\U0001F600", "\U0001F600")]
    [InlineData("\U0001F468\u200D\U0001F469\u200D\U0001F467", "\U0001F468\u200D\U0001F469\u200D\U0001F467")]
    [InlineData("\u2764\uFE0F\u200D\U0001F525", "\u2764\uFE0F\u200D\U0001F525")]
    [InlineData("\U0001F469\U0001F3FD\u200D\U0001F52C", "\U0001F469\U0001F3FD\u200D\U0001F52C")]
    [InlineData("\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645", "\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645")]
    [InlineData("\u0915\u094D\u200D\u0937", "\u0915\u094D\u200D\u0937")]
    public void TryNormalise_AllowedText_GivesNormalForm(string text, string expected)
    {
        Assert.Null(FreeText.TryNormalise(text, LengthMax, out var normalised));
        Assert.Equal(expected, normalised);
    }

    public static TheoryData<string> Forbidden =>
    [
        "a\0b", "a\u0007", "\u007F", "\u0090", // controls
        "a\u202Eb", "\u2066a\u2069", "\u200Eab", // bidirectional
        "a\u200Bb", "a\u200Db", "\uFEFFa", "a\u00ADb", // invisible
        "a\uD800", "\uDC00a", "\uDC00\uD800", // lone surrogates
        "\uE000", "\uFFFF", // no meaning to others
    ];

    [Theory]
    [MemberData(nameof(Forbidden), DisableDiscoveryEnumeration = true)]
    public void TryNormalise_ForbiddenCharacter_IsRefused(string text) =>
        Assert.Equal(Reason.TextNotAllowed, FreeText.TryNormalise(text, LengthMax, out _));

    [Fact]
    public void TryNormalise_Length_CountsAfterNormalisation()
    {
        var decomposed = string.Concat(Enumerable.Repeat("e\u0308", LengthMax));
        Assert.Null(FreeText.TryNormalise($"  {decomposed}  ", LengthMax, out var normalised));
        Assert.Equal(LengthMax, normalised.Length);
        Assert.Equal(Reason.TextTooLong, FreeText.TryNormalise(decomposed + "x", LengthMax, out _));
    }

    [Fact]
    public void TryNormalise_Length_CountsCodePoints()
    {
        var faces = string.Concat(Enumerable.Repeat("\U0001F600", LengthMax));
        Assert.Null(FreeText.TryNormalise(faces, LengthMax, out var normalised));
        Assert.Equal(LengthMax, FreeText.Length(normalised));
        Assert.Equal(Reason.TextTooLong, FreeText.TryNormalise(faces + "a", LengthMax, out _));
    }

    [Fact]
    public void TryNormalise_NormalForm_StaysAsItIs()
    {
        foreach (var text in (string[])["qira maj", "\u00EBsht\u00EB \u00C7", "\u1E9B\u0323", "\uAC00"])
        {
            Assert.Null(FreeText.TryNormalise(text, LengthMax, out var once));
            Assert.Null(FreeText.TryNormalise(once, LengthMax, out var twice));
            Assert.Equal(once, twice);
        }
    }
}
