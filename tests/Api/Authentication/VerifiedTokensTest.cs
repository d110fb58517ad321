using System.Collections.Frozen;
using BktSmart.Customers;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;

namespace BktSmart.Authentication;

public sealed class VerifiedTokensTest : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));
    private readonly TokenKeySet _keys = new("keys", FrozenDictionary<string, SecurityKey>.Empty);
    private readonly VerifiedTokens _tokens;

    public VerifiedTokensTest() => _tokens = new VerifiedTokens(Options.Create(new CustomerTokenOptions { VerifiedCountMax = 10 }), _time);

    private SignedInCustomer Customer => new(CustomerNumber.From(123_456_789), Guid.AllBitsSet, _time.GetUtcNow());

    public void Dispose() => _tokens.Dispose();

    [Fact]
    public void Find_AfterItsTime_FindsNothing()
    {
        _tokens.Add("a", _keys, Customer, _time.GetUtcNow().AddMinutes(5));
        Assert.NotNull(_tokens.Find("a", _keys));
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Null(_tokens.Find("a", _keys));
    }

    [Fact]
    public void Find_OtherKeysOrOtherToken_FindsNothing()
    {
        _tokens.Add("a", _keys, Customer, _time.GetUtcNow().AddMinutes(5));
        Assert.Null(_tokens.Find("b", _keys));
        // Equal in content, but a set of another time.
        Assert.Null(_tokens.Find("a", _keys with { }));
    }

    [Fact]
    public void Add_MoreThanFit_KeepsToTheLimit()
    {
        for (var i = 0; i < 1000; i++)
            _tokens.Add($"token-{i}", _keys, Customer, _time.GetUtcNow().AddMinutes(5));
        Assert.InRange(Enumerable.Range(0, 1000).Count(i => _tokens.Find($"token-{i}", _keys) is not null), 0, 10);
    }

    [Fact]
    public void Validate_NoRoom_IsRefused() => Assert.StartsWith(
        "CustomerTokens:VerifiedCountMax must",
        new CustomerTokenOptions.Validator().Validate(null, new CustomerTokenOptions { VerifiedCountMax = 0 }).FailureMessage,
        StringComparison.Ordinal);
}
