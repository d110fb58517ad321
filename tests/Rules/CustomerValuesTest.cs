using BktSmart.Cards;
using BktSmart.Customers;

namespace BktSmart.Tests.Rules;

public sealed class CustomerValuesTest
{
    [Theory]
    [InlineData("J05331001A")] // foreign man: month + 30
    [InlineData("I85521002B")] // woman: month + 50
    [InlineData("A00101001Z")]
    [InlineData("T90831999C")] // foreign... day 31 of month 8 of 2099
    [InlineData("j05331001a")]
    public void NationalId_RightShapeAndDate_IsRead(string text)
    {
        Assert.True(NationalId.TryParse(text, out var id));
        Assert.Equal(text.ToUpperInvariant(), id.Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("J0533100A")]
    [InlineData("J053310011")]
    [InlineData("U05331001A")] // no decade
    [InlineData("J01301001A")] // month 13
    [InlineData("J00232001A")] // day 32
    [InlineData("J10229001A")] // 29 February of a year that has none (1991)
    [InlineData("JÀ5331001A")]
    public void NationalId_NoSuchIdOrDate_IsRefused(string? text) => Assert.False(NationalId.TryParse(text, out _));

    [Theory]
    [InlineData("+355672123456", "+355672123456")]
    [InlineData("067 212 3456", "+355672123456")]
    [InlineData("+39 347 123 4567", "+393471234567")] // abroad: R12
    [InlineData("+1 202-555-0123", "+12025550123")]
    public void PhoneNumber_MobileOfAnyCountry_IsE164(string text, string expected)
    {
        Assert.True(PhoneNumber.TryParse(text, out var number));
        Assert.Equal(expected, number.Value);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("+355")]
    [InlineData("+35542266288")] // a land line takes no SMS
    [InlineData("+999123456789")]
    [InlineData("call me on +355672123456, please, at night")]
    public void PhoneNumber_NoMobile_IsRefused(string? text) => Assert.False(PhoneNumber.TryParse(text, out _));

    [Theory]
    [InlineData("100000000", true)]
    [InlineData("999999999", true)]
    [InlineData("099999999", false)]
    [InlineData("12345678", false)]
    [InlineData("1234567890", false)]
    [InlineData("12345678x", false)]
    [InlineData("١٢٣٤٥٦٧٨٩", false)] // digits of another script
    public void CustomerNumber_NineDigits_IsRead(string text, bool expected) =>
        Assert.Equal(expected, CustomerNumber.TryParse(text, out _));

    [Theory]
    [InlineData("4111 1111 1111 1111", true)]
    [InlineData("5500005555555559", true)]
    [InlineData("4111111111111112", false)]
    [InlineData("41111111111", false)]
    [InlineData("4111-1111-1111-1111", false)]
    public void CardNumber_CheckDigit_IsChecked(string text, bool expected) => Assert.Equal(expected, CardNumber.TryParse(text, out _));

    [Theory]
    [InlineData("12/29", true)]
    [InlineData("00/29", false)]
    [InlineData("13/29", false)]
    [InlineData("1/29", true)]
    [InlineData("+1/29", false)]
    [InlineData("12/2029", true)]
    [InlineData("1229", true)]
    [InlineData("129", false)]
    [InlineData("12/1929", false)]
    [InlineData("12/29/", false)]
    [InlineData("12/29\n", false)]
    public void CardExpiry_Month_IsChecked(string text, bool expected) => Assert.Equal(expected, CardExpiry.TryParse(text, out _));

    [Fact]
    public void CardExpiry_LastDay_IsTheEndOfTheMonth() => Assert.Equal(new DateOnly(2028, 2, 29), CardExpiry.Parse("02/28").LastDay);

    [Fact]
    public void ToString_OfWhatIsPersonal_DoesNotShowIt()
    {
        var id = NationalId.Parse("J05331001A");
        var phone = PhoneNumber.FromE164("+355672123456");
        Assert.DoesNotContain("0533100", id.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("72123", phone.ToString(), StringComparison.Ordinal);
        Assert.Equal("***", new Secret("123456").ToString());
        Assert.DoesNotContain("123456", new Refusal(Reason.FnpWrong).ToString() + new Secret("123456"), StringComparison.Ordinal);
    }

    [Fact]
    public void Obstacles_EachConditionOfR2_HasItsReason()
    {
        var today = new DateOnly(2026, 11, 23);
        Assert.Equal([Reason.AgreementMissing, Reason.CardMissing], EnrolmentRules.Obstacles(null, [], today));
        Assert.Equal([Reason.AgreementTooOld], EnrolmentRules.Obstacles(1, [today], today));
        Assert.Equal([Reason.CardExpired], EnrolmentRules.Obstacles(2, [today.AddDays(-1)], today));
        Assert.Empty(EnrolmentRules.Obstacles(2, [today.AddDays(-1), today], today));
        Assert.Empty(EnrolmentRules.Obstacles(7, [today], today));
    }
}
