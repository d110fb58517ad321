using BktSmart.Accounts;
using BktSmart.Ledger;

namespace BktSmart.Tests.Rules;

public sealed class AccountTermsTest
{
    private static readonly AccountTerms Before = new(-100, AccountFreeze.Debits, false);

    [Theory]
    [InlineData(-101, AccountFreeze.Debits, false, true)]
    [InlineData(-100, AccountFreeze.Debits, false, false)]
    [InlineData(-99, AccountFreeze.Debits, false, false)]
    [InlineData(0, AccountFreeze.Debits, false, false)]
    [InlineData(-100, AccountFreeze.None, false, false)]
    [InlineData(-100, AccountFreeze.Both, false, false)]
    [InlineData(-100, AccountFreeze.Debits, true, false)]
    [InlineData(-101, AccountFreeze.Both, true, true)]
    public void NeedSecondPerson_OfAnOpenAccount_IsForAHigherLimit(long floor, AccountFreeze freeze, bool closed, bool expected) =>
        Assert.Equal(expected, new AccountTerms(floor, freeze, closed).NeedSecondPerson(Before));

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void NeedSecondPerson_OfAClosedAccount_IsForReopening(bool closed, bool expected) =>
        Assert.Equal(expected, (Before with { Closed = closed }).NeedSecondPerson(Before with { Closed = true }));

    [Theory]
    [InlineData(TermsAction.SetOverdraftLimit, "7", -7, true)]
    [InlineData(TermsAction.ReopenAccount, null, -100, false)]
    public void Apply_Action_ChangesNothingElse(TermsAction action, string? wanted, long floor, bool closed) =>
        Assert.Equal(new AccountTerms(floor, AccountFreeze.Debits, closed), action.Apply(Before with { Closed = true }, wanted));
}
