using BktSmart.Values;

namespace BktSmart.Requests;

/// <summary>What keyboards and clipboards add to numbers and codes is read as meant.</summary>
public sealed class TypedCodeTest
{
    private const string Iban = "AL35202111090000000001234567";

    [Theory]
    [InlineData("123456")]
    [InlineData(" 123456\n")]
    [InlineData("123 456")]
    [InlineData("123\u00A0456")] // no-break space
    [InlineData("12\u200934\u202F56")] // thin spaces
    [InlineData("123-456")]
    [InlineData("123\u2011456")] // no-break hyphen
    [InlineData("123\u2013456")] // en dash
    [InlineData("\u200E123456\u200F")] // direction marks
    [InlineData("\u2068123456\u2069")] // isolates
    [InlineData("\uFEFF123\u200B456")] // zero width
    [InlineData("\u0661\u0662\u0663\u0664\u0665\u0666")] // Arabic-Indic
    [InlineData("\uFF11\uFF12\uFF13\uFF14\uFF15\uFF16")] // full width
    [InlineData("1\uFE0F2\uFE0F3456")] // variation selectors
    public void Read_NumberAsTypedOrPasted_IsTheNumber(string text)
    {
        Assert.Equal("123456", TypedCode.Read(text));
        Assert.Equal("123456", Fields.Fnp(text, "fnp").Value);
    }

    [Theory]
    [InlineData("12345\u00BD")] // a half
    [InlineData("12345\u00B2")] // squared
    [InlineData("12345\u2460")] // circled
    [InlineData("12345O")]
    public void Read_WhatIsNoDigit_StaysWhatItIs(string text) => Assert.Equal(text, TypedCode.Read(text));

    [Theory]
    [InlineData("IBAN AL35 2021 1109 0000 0000 0123 4567")]
    [InlineData("iban: al35-2021-1109-0000-0000-0123-4567")]
    [InlineData("IBAN\u00A0AL35\u00A02021\u00A01109\u00A00000\u00A00000\u00A00123\u00A04567\u200E")]
    public void Iban_AsOnALetter_IsTheIban(string text) => Assert.Equal(Iban, Fields.Iban(text, "payee_iban").Value);

    [Theory]
    [InlineData("01/30")]
    [InlineData("1/30")]
    [InlineData("01 / 30")]
    [InlineData("0130")]
    [InlineData("01/2030")]
    [InlineData("1/2030\u200F")]
    public void CardExpiry_AsTyped_IsTheMonth(string text) =>
        Assert.Equal(new DateOnly(2030, 1, 31), Fields.CardExpiry(text, "card_expiry").LastDay);

    [Theory]
    [InlineData("130")]
    [InlineData("13/30")]
    [InlineData("00/30")]
    [InlineData("2030-01")]
    [InlineData("01/1930")]
    [InlineData("01/30/30")]
    public void CardExpiry_AnythingElse_IsRefused(string text) =>
        Assert.Equal("CARD_EXPIRY_MALFORMED", Infrastructure.Refused.By(() => Fields.CardExpiry(text, "card_expiry")).Reason);

    [Fact]
    public void Fields_OtherCodesAsTyped_AreReadAsMeant()
    {
        Assert.Equal(NationalId.Parse("J00101001A"), Fields.NationalId(" j00101\u00A0001a", "national_id"));
        Assert.Equal(CustomerNumber.From(123_456_789), Fields.CustomerIdentifier("123 456 789", "identifier").Number);
        Assert.Equal("4111111111111111", Fields.CardNumber("4111-1111-1111\u20111111", "card_number").Value);
        Assert.Equal("1111", Fields.CardLastFourDigits("11\u200B11", "card_last_four_digits"));
        Assert.Equal("AB12CD34", Fields.FnpReference("ab12 cd34", "reference"));
    }

    /// <summary>A password is what was typed, to the last blank.</summary>
    [Fact]
    public void Password_WithBlanksAndMarks_StaysAsItIs()
    {
        const string Typed = " p\u200Ba-\u0661 ";
        Assert.Equal(Typed, Fields.Password(Typed, "password").Value);
    }
}
