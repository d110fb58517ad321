using System.Globalization;
using CsCheck;

namespace BktSmart.Tests.Rules;

public sealed class IbanTest
{
    [Theory]
    [InlineData("AL47212110090000000235698741")] // the example of the ISO 13616 registry
    [InlineData("AL35202111090000000001234567")]
    [InlineData("al47 2121 1009 0000 0002 3569 8741")]
    [InlineData("DE89370400440532013000")]
    [InlineData("GB82WEST12345698765432")]
    public void TryParse_PublishedExample_IsRead(string text)
    {
        Assert.True(Iban.TryParse(text, out var iban));
        Assert.Equal(text.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant(), iban.Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AL")]
    [InlineData("AL47212110090000000235698742")] // last digit changed
    [InlineData("AL4721211009000000023569874")] // one digit short
    [InlineData("AL472121100900000002356987411")] // one digit long
    [InlineData("LA47212110090000000235698741")]
    [InlineData("AL47212110090000000235698741AL47212110090000000235698741")]
    [InlineData("ＡL47212110090000000235698741")] // a full-width letter
    [InlineData("AL47-2121-1009-0000-0002-3569-8741")]
    public void TryParse_NoIban_IsRefused(string? text) => Assert.False(Iban.TryParse(text, out _));

    [Fact]
    public void TryParse_WrongNationalCheckDigit_IsRefused()
    {
        // Both have right mod-97 digits; only the national digit at the eighth place of the BBAN tells them apart.
        var right = Iban.Albanian("205", "1100", "0000000000000001").Value;
        var national = right[11] == '9' ? '0' : (char)(right[11] + 1);
        var wrong = right[..11] + national + right[12..];
        var check = Enumerable.Range(2, 97).Select(n => $"AL{n:00}{wrong[4..]}").Single(text => Mod97(text) == 1);
        Assert.False(Iban.TryParse(check, out _), check);
    }

    [Fact]
    public void Albanian_AnyParts_ParsesAndSurvivesNoSingleError() =>
        Gen.Select(
            Gen.String[Gen.Char['0', '9'], 3, 3],
            Gen.String[Gen.Char['0', '9'], 4, 4],
            Gen.String[Gen.Char["0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"], 16, 16],
            Gen.Int[0, 23],
            Gen.Char['0', '9'])
            .Sample((bank, branch, account, place, digit) =>
            {
                var iban = Iban.Albanian(bank, branch, account);
                Assert.True(Iban.TryParse(iban.Value, out var parsed) && parsed == iban, iban.Value);
                Assert.True(Iban.TryParse(iban.ToPrinted(), out parsed) && parsed == iban, iban.ToPrinted());

                var mutated = iban.Value[..(4 + place)] + digit + iban.Value[(5 + place)..];
                if (mutated != iban.Value && char.IsAsciiDigit(iban.Value[4 + place]))
                    Assert.False(Iban.TryParse(mutated, out _), $"{iban.Value} and {mutated} are both taken for right");
            });

    private static int Mod97(string iban) => (iban[4..] + iban[..4]).Aggregate(
        0, (rest, c) => char.IsAsciiDigit(c) ? (rest * 10 + c - '0') % 97 : (rest * 100 + c - 'A' + 10) % 97);

    /// <summary>They leave the same remainder as those that the standard computes, from 02 to 98.</summary>
    [Theory]
    [InlineData("97", "00")]
    [InlineData("98", "01")]
    [InlineData("02", "99")]
    public void TryParse_CheckDigitsThatNobodyComputes_IsRefused(string computed, string instead)
    {
        var iban = Enumerable.Range(0, 10_000)
            .Select(account => Iban.Albanian("202", "1110", account.ToString("D16", CultureInfo.InvariantCulture)).Value)
            .First(value => value[2..4] == computed);
        Assert.True(Iban.TryParse(iban, out _));
        Assert.False(Iban.TryParse($"AL{instead}{iban[4..]}", out _));
    }
}
