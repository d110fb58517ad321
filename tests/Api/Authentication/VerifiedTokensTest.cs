using System.Collections.Frozen;
using BktSmart.Customers;
using BktSmart.Values;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace BktSmart.Authentication;

public sealed class VerifiedTokensTest
{
    private readonly TokenKeySet _keys = new("keys", FrozenDictionary<string, SecurityKey>.Empty);
    private readonly VerifiedTokens _tokens;

    public VerifiedTokensTest() => _tokens = new VerifiedTokens(Options.Create(new CustomerTokenOptions { VerifiedCountMax = 10 }));

    private static readonly SignedInCustomer Customer = new(CustomerNumber.From(123_456_789), Guid.AllBitsSet, DateTimeOffset.UnixEpoch);

    [Fact]
    public void Find_AddedToken_IsItsCustomer()
    {
        foreach (var token in (string[])["a", new string('a', 10_000)])
        {
            _tokens.Add(token, _keys, Customer);
            Assert.Equal(Customer, _tokens.Find(token, _keys));
        }
    }

    [Fact]
    public void Find_OtherKeysOrOtherToken_FindsNothing()
    {
        _tokens.Add("a", _keys, Customer);
        Assert.Null(_tokens.Find("b", _keys));
        // Equal in content, but a set of another time.
        Assert.Null(_tokens.Find("a", _keys with { }));
    }

    [Fact]
    public void Add_MoreThanFit_KeepsToTheLimit()
    {
        for (var i = 0; i < 1000; i++)
            _tokens.Add($"token-{i}", _keys, Customer);
        Assert.InRange(Enumerable.Range(0, 1000).Count(i => _tokens.Find($"token-{i}", _keys) is not null), 0, 10);
    }

    [Fact]
    public void Validate_NoRoom_IsRefused() => Assert.StartsWith(
        "CustomerTokens:VerifiedCountMax must",
        new CustomerTokenOptions.Validator().Validate(null, new CustomerTokenOptions { VerifiedCountMax = 0 }).FailureMessage,
        StringComparison.Ordinal);
}
