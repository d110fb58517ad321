using BktSmart.Infrastructure;
using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;
using BktSmart.Values;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.Time.Testing;

namespace BktSmart.Authentication;

public sealed class AccessInterceptorTest : IDisposable
{
    private const string CustomerMethod = "/bktsmart.v1.AccountService/GetAccount";
    private const string BranchMethod = "/bktsmart.staff.v1.BranchService/GetCustomer";
    private const string StaffIssuer = "https://id.bank";

    private static readonly Guid Session = Guid.Parse("0190f5a0-0000-7000-8000-000000000001");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 6, 1, 10, 0, 0, TimeSpan.Zero));
    private readonly FakeAuthentication _cluster = new();
    private readonly Signer _silo = new("silo-1");
    private readonly Signer _bank = new("bank-1");
    private readonly string _staffKeys = Path.GetTempFileName();
    private readonly CustomerTokenKeys _keys;
    private readonly FakeLifetime _lifetime = new();
    private readonly RevokedSessions _revoked;
    private readonly AccessInterceptor _interceptor;

    public AccessInterceptorTest()
    {
        _cluster.KeySet = _silo.KeySet;
        File.WriteAllText(_staffKeys, _bank.KeySet);
        _keys = new CustomerTokenKeys(FakeGrains.With(_cluster), _time, TestLog.Current.CreateLogger<CustomerTokenKeys>());
        var staff = new StaffTokenOptions { DevelopmentKeysFile = _staffKeys, Issuer = StaffIssuer };
        var verified = new VerifiedTokens(Options.Create(new CustomerTokenOptions()));
        _revoked = new RevokedSessions(
            FakeGrains.With(_cluster), _lifetime, new OrderClock(Options.Create(new OrderOptions()), _time), _time,
            TestLog.Current.CreateLogger<RevokedSessions>());
        _revoked.Add(new Revocations([], _time.GetUtcNow(), _time.GetUtcNow()));
        _interceptor = new AccessInterceptor(new TokenVerifier(_keys, verified, _revoked, Options.Create(staff), _time));
    }

    public void Dispose()
    {
        _revoked.Dispose();
        _lifetime.Dispose();
        _silo.Dispose();
        _bank.Dispose();
        File.Delete(_staffKeys);
    }

    [Fact]
    public async Task Call_CustomerToken_IsTheCallerOfTheToken()
    {
        var call = await Call(CustomerMethod, CustomerToken(_silo));
        Assert.Equal(
            new SignedInCustomer(CustomerNumber.From(123_456_789), Session, _time.GetUtcNow().AddMinutes(5)), call.SignedInCustomer());
    }

    [Fact]
    public async Task Call_SessionThatWasEnded_IsRefusedWhateverItsToken()
    {
        var token = CustomerToken(_silo);
        await Call(CustomerMethod, token);
        _revoked.Add(new Revocations([Session], _time.GetUtcNow(), _time.GetUtcNow()));
        Assert.Equal(new Refused("SESSION_ENDED", StatusCode.Unauthenticated, null), await Refused.By(() => Call(CustomerMethod, token)));
    }

    /// <summary>Whether the change was its own, the cluster says.</summary>
    [Fact]
    public async Task Call_SessionThatWasEnded_IsLetInToCompleteItsPasswordChangeAlone()
    {
        const string complete = "/bktsmart.v1.SecurityService/CompletePasswordChange";
        var (seen, unseen) = (CustomerToken(_silo), CustomerToken(_silo));
        Assert.False((await Call(complete, seen)).SignedInCustomer().SessionHasEnded);
        _revoked.Add(new Revocations([Session], _time.GetUtcNow(), _time.GetUtcNow()));
        foreach (var token in (string[])[unseen, seen])
        {
            var caller = (await Call(complete, token)).SignedInCustomer();
            Assert.Equal((Session, true), (caller.SessionId, caller.SessionHasEnded));
        }

        var others = AccessList.Names.Where(name => name != complete && AccessList.Find(name)!.Caller == Caller.Customer).ToArray();
        Assert.NotEmpty(others);
        foreach (var method in others)
            Assert.Equal((method, "SESSION_ENDED"), (method, (await Refused.By(() => Call(method, seen))).Reason));

        _time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal("UNAVAILABLE", (await Refused.By(() => Call(complete, seen))).Reason);
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal("TOKEN_EXPIRED", (await Refused.By(() => Call(complete, seen))).Reason);
    }

    [Fact]
    public async Task Call_EndedBeforeThisNodeSawItsToken_IsRefused()
    {
        _revoked.Add(new Revocations([Session], _time.GetUtcNow(), _time.GetUtcNow()));
        Assert.Equal("SESSION_ENDED", (await Refused.By(() => Call(CustomerMethod, CustomerToken(_silo)))).Reason);
    }

    [Fact]
    public async Task Call_NoNewsOfSessionsForLong_LetsNobodyIn()
    {
        var token = CustomerToken(_silo);
        _time.Advance(TimeSpan.FromSeconds(8));
        await Call(CustomerMethod, token);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal("UNAVAILABLE", (await Refused.By(() => Call(CustomerMethod, token))).Reason);
    }

    [Fact]
    public async Task Call_SessionThatCanOnlyChangeThePassword_IsLetInToThatAlone()
    {
        var token = _silo.Sign(AccessTokens.Issuer, AccessTokens.Audience, _time.GetUtcNow().AddMinutes(5), new()
        {
            ["sub"] = "123456789",
            [AccessTokens.SessionClaim] = Session.ToString("D"),
            [AccessTokens.ScopeClaim] = AccessTokens.OnlyPasswordChange,
        });
        await Call("/bktsmart.v1.SecurityService/BeginPasswordChange", token);
        Assert.Equal(
            new Refused("PASSWORD_CHANGE_REQUIRED", StatusCode.FailedPrecondition, null),
            await Refused.By(() => Call(CustomerMethod, token)));
    }

    [Fact]
    public async Task Call_StaffToken_IsTheSubjectOfTheToken()
    {
        var call = await Call(BranchMethod, StaffToken("contact-centre", "branch"));
        Assert.Equal(new StaffMember("a.hoxha"), call.StaffMember());
    }

    /// <summary>Two persons must not look like one, nor one like two.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(" ana")]
    [InlineData("ana ")]
    [InlineData("ana b")]
    [InlineData("ana\t")]
    [InlineData("ana\0")]
    [InlineData("ana\u200b")]
    [InlineData("\ufeffana")]
    [InlineData("ana\ufe0f")]
    [InlineData("\u0430na")]
    [InlineData("gro\u00df")]
    public async Task Call_StaffWithASubjectThatIsNotVisibleAscii_IsRefused(string subject) => Assert.Equal(
        "TOKEN_INVALID", (await Refused.By(() => Call(BranchMethod, StaffTokenOf(subject, "branch")))).Reason);

    [Fact]
    public async Task Call_StaffWithALongSubject_IsRefusedAboveTheLimitOfTheStandard()
    {
        var longest = new string('a', 255);
        Assert.Equal(new StaffMember(longest), (await Call(BranchMethod, StaffTokenOf(longest, "branch"))).StaffMember());
        Assert.Equal("TOKEN_INVALID", (await Refused.By(() => Call(BranchMethod, StaffTokenOf(longest + 'a', "branch")))).Reason);
    }

    [Fact]
    public async Task Call_StaffTokenThatLivesTooLong_IsRefused()
    {
        var expires = _time.GetUtcNow().AddMinutes(5);
        string TokenIssued(TimeSpan before) => _bank.Sign(
            StaffIssuer, "bktsmart-staff", expires, new() { ["sub"] = "ana", ["roles"] = "branch" }, expires - before);

        await Call(BranchMethod, TokenIssued(TimeSpan.FromHours(12)));
        Assert.Equal("TOKEN_INVALID", (await Refused.By(() => Call(BranchMethod, TokenIssued(TimeSpan.FromSeconds(43_201))))).Reason);
    }

    [Fact]
    public async Task Call_StaffWithoutTheRole_IsRefused() => Assert.Equal(
        new Refused("ROLE_MISSING", StatusCode.PermissionDenied, null), await Refused.By(() => Call(BranchMethod, StaffToken("auditor"))));

    [Fact]
    public async Task Call_NoToken_IsRefusedAsMissing()
    {
        foreach (var header in (string?[])[null, "", "Basic eA=="])
            Assert.Equal(
                new Refused("TOKEN_MISSING", StatusCode.Unauthenticated, null),
                await Refused.By(() => CallWithHeader(CustomerMethod, header)));
    }

    [Fact]
    public async Task Call_OtherKindOfToken_IsRefused()
    {
        Assert.Equal("TOKEN_INVALID", (await Refused.By(() => Call(CustomerMethod, StaffToken("branch")))).Reason);
        Assert.Equal("TOKEN_INVALID", (await Refused.By(() => Call(BranchMethod, CustomerToken(_silo)))).Reason);
    }

    [Fact]
    public async Task Call_TokenThatIsNotWhatItSays_IsRefused()
    {
        using var thief = new Signer("silo-1");
        var expires = _time.GetUtcNow().AddMinutes(5);
        var good = CustomerToken(_silo);
        var unsigned = "eyJhbGciOiJub25lIn0." + good.Split('.')[1] + ".";
        string[] tokens =
        [
            "x", "a.b.c", unsigned, good[..^8], CustomerToken(thief),
            _silo.Sign("other", AccessTokens.Audience, expires, CustomerClaims()),
            _silo.Sign(AccessTokens.Issuer, "other", expires, CustomerClaims()),
            _silo.Sign(AccessTokens.Issuer, AccessTokens.Audience, expires, CustomerClaims(number: "012345678")),
            _silo.Sign(AccessTokens.Issuer, AccessTokens.Audience, expires.AddHours(1), CustomerClaims()), // not yet in force
        ];
        foreach (var token in tokens)
            Assert.Equal((token, "TOKEN_INVALID"), (token, (await Refused.By(() => Call(CustomerMethod, token))).Reason));
    }

    [Fact]
    public async Task Call_TokenAfterItsTime_IsRefusedAsExpired()
    {
        var token = CustomerToken(_silo);
        _time.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromSeconds(4));
        _revoked.Add(new Revocations([], _time.GetUtcNow(), _time.GetUtcNow()));
        await Call(CustomerMethod, token);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("TOKEN_EXPIRED", (await Refused.By(() => Call(CustomerMethod, token))).Reason);
    }

    [Fact]
    public async Task Call_MethodThatIsNotListed_IsRefusedToEverybody()
    {
        Assert.Equal(
            "ROLE_MISSING", (await Refused.By(() => Call("/bktsmart.v1.AccountService/CloseAccount", CustomerToken(_silo)))).Reason);
        Assert.Equal(
            "ROLE_MISSING", (await Refused.By(() => Call("/bktsmart.staff.v1.BranchService/Anything", StaffToken("branch")))).Reason);
    }

    [Fact]
    public async Task Call_NewKeyOfTheCluster_IsFoundAtOnce()
    {
        await Call(CustomerMethod, CustomerToken(_silo));
        _time.Advance(CustomerTokenKeys.UnknownKeyFetchInterval);
        using var next = new Signer("silo-2");
        _cluster.KeySet = next.KeySet;

        await Call(CustomerMethod, CustomerToken(next));
    }

    [Fact]
    public async Task Call_TokenAgain_IsRememberedUnderItsKeys()
    {
        var token = CustomerToken(_silo);
        var first = (await Call(CustomerMethod, token)).SignedInCustomer();
        Assert.Same(first, (await Call(CustomerMethod, token)).SignedInCustomer());

        // The same keys again are no change.
        await _keys.TryFetch(TestContext.Current.CancellationToken);
        Assert.Same(first, (await Call(CustomerMethod, token)).SignedInCustomer());

        using var next = new Signer("silo-2");
        _cluster.KeySet = Signer.KeySetOf(_silo, next);
        await _keys.TryFetch(TestContext.Current.CancellationToken);
        var again = (await Call(CustomerMethod, token)).SignedInCustomer();
        Assert.Equal(first, again);
        Assert.NotSame(first, again);
    }

    [Fact]
    public async Task Call_KeyIsWithdrawn_RememberedTokenIsRefused()
    {
        var token = CustomerToken(_silo);
        await Call(CustomerMethod, token);
        using var next = new Signer("silo-2");
        _cluster.KeySet = next.KeySet;
        await _keys.TryFetch(TestContext.Current.CancellationToken);

        Assert.Equal("TOKEN_INVALID", (await Refused.By(() => Call(CustomerMethod, token))).Reason);
    }

    [Fact]
    public async Task Call_OtherTokenOfTheSameClaims_IsVerifiedItself()
    {
        var token = CustomerToken(_silo);
        await Call(CustomerMethod, token);
        // The same header and claims under another signature.
        var forged = token[..(token.LastIndexOf('.') + 1)] + new string('A', 86);

        Assert.Equal("TOKEN_INVALID", (await Refused.By(() => Call(CustomerMethod, forged))).Reason);
    }

    [Fact]
    public async Task Call_ManyUnknownKeys_AreOneFetchEveryFewSeconds()
    {
        await Call(CustomerMethod, CustomerToken(_silo));
        for (var i = 0; i < 100; i++)
        {
            using var stranger = new Signer($"stranger-{i}");
            await Refused.By(() => Call(CustomerMethod, CustomerToken(stranger)));
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.InRange(_cluster.KeyFetches, 2, 3);
    }

    [Fact]
    public async Task Call_KeysCannotBeFetched_KnownKeysStayGood()
    {
        await Call(CustomerMethod, CustomerToken(_silo));
        _cluster.Away = true;
        _time.Advance(TimeSpan.FromMinutes(1));
        _revoked.Add(new Revocations([], _time.GetUtcNow(), _time.GetUtcNow()));
        await Call(CustomerMethod, CustomerToken(_silo));
    }

    [Fact]
    public async Task Call_NoKeysYet_IsUnavailableAndNotInvalid()
    {
        _cluster.Away = true;
        Assert.Equal("UNAVAILABLE", (await Refused.By(() => Call(CustomerMethod, CustomerToken(_silo)))).Reason);
    }

    [Fact]
    public async Task Call_TwoTokens_IsInvalid()
    {
        var header = $"Bearer {CustomerToken(_silo)}";
        Assert.Equal("TOKEN_INVALID", (await Refused.By(() => CallWithHeader(CustomerMethod, new StringValues([header, header])))).Reason);
    }

    private Task<FakeCall> Call(string method, string token) => CallWithHeader(method, $"Bearer {token}");

    private async Task<FakeCall> CallWithHeader(string method, StringValues header)
    {
        var call = new FakeCall(method, header, cancellationToken: TestContext.Current.CancellationToken);
        await _interceptor.UnaryServerHandler("", call, (_, _) => Task.FromResult(""));
        return call;
    }

    private string CustomerToken(Signer signer) =>
        signer.Sign(AccessTokens.Issuer, AccessTokens.Audience, _time.GetUtcNow().AddMinutes(5), CustomerClaims());

    private string StaffToken(params string[] roles) => StaffTokenOf("a.hoxha", roles);

    private string StaffTokenOf(string subject, params string[] roles) => _bank.Sign(
        StaffIssuer, "bktsmart-staff", _time.GetUtcNow().AddMinutes(5),
        new Dictionary<string, object> { ["sub"] = subject, ["roles"] = roles });

    private static Dictionary<string, object> CustomerClaims(string number = "123456789") =>
        new() { ["sub"] = number, ["sid"] = Session.ToString() };
}
