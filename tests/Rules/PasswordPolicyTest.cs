using BktSmart.Answers;
using BktSmart.Authentication;

namespace BktSmart.Tests.Rules;

public sealed class PasswordPolicyTest
{
    [Theory]
    [InlineData("abcdefg1", null)]
    [InlineData("Tirana 2026 është bukur", null)]
    [InlineData("abcdef1", Reason.PasswordTooShort)]
    [InlineData("", Reason.PasswordTooShort)]
    [InlineData("abcdefgh", Reason.PasswordNeedsLettersAndDigits)]
    [InlineData("12345678", Reason.PasswordNeedsLettersAndDigits)]
    [InlineData("abcdefg\n1", Reason.TextNotAllowed)]
    [InlineData("abcdefg1\ud800", Reason.TextNotAllowed)]
    public void Check_Password_GivesItsReason(string password, Reason? expected) =>
        Assert.Equal(expected, PasswordPolicy.Check(new Secret(password))?.Reason);

    [Fact]
    public void Check_128Characters_AreTheMost()
    {
        Assert.Null(PasswordPolicy.Check(new Secret("1" + new string('ë', 127))));
        Assert.Equal(Reason.PasswordTooLong, PasswordPolicy.Check(new Secret("1" + new string('ë', 128)))?.Reason);
        Assert.Equal(Reason.PasswordTooLong, PasswordPolicy.Check(new Secret("1" + new string('a', 100_000)))?.Reason);
    }

    [Theory]
    [InlineData("e\u0308sht\u00eb 2026", "\u00ebsht\u00eb 2026")]
    [InlineData("ｄｉｔａ\u00a0２", "dita 2")] // full width, no-break space
    public void Normalise_TheSameLetterTypedInTwoWays_IsOnePassword(string one, string other) =>
        Assert.Equal(PasswordPolicy.Normalise(new Secret(one)), PasswordPolicy.Normalise(new Secret(other)));
}
