using BktSmart.Infrastructure;
using BktSmart.Values;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace BktSmart.Admission;

public sealed class SignInThrottleTest
{
    private static readonly SignInThrottleOptions Limits =
        new() { PerAddressAndMinute = 20, PerDeviceAndMinute = 4, PerIdentifierAndMinute = 5, RefreshesPerSessionAndMinute = 3 };
    private static readonly CustomerIdentifier Somebody = new(CustomerNumber.From(123_456_789), null);

    private readonly SignInThrottle _throttle = new(Options.Create(Limits), new FakeTimeProvider());

    [Fact]
    public async Task Admit_OneAddressTooOften_IsRefusedAndOthersAreNot()
    {
        for (var i = 0; i < Limits.PerAddressAndMinute; i++)
            _throttle.Admit(FakeCall.From("203.0.113.1"));
        Assert.Equal(
            new Refused("TOO_MANY_ATTEMPTS", StatusCode.ResourceExhausted, null),
            await RefusedAsync(() => _throttle.Admit(FakeCall.From("203.0.113.1"))));
        _throttle.Admit(FakeCall.From("203.0.113.2"));
    }

    [Fact]
    public async Task Admit_ManyAddressesOfOneIpv6Network_CountAsOne()
    {
        for (var i = 0; i < Limits.PerAddressAndMinute; i++)
            _throttle.Admit(FakeCall.From($"2001:db8::{i + 1:x}"));
        Assert.Equal("TOO_MANY_ATTEMPTS", (await RefusedAsync(() => _throttle.Admit(FakeCall.From("2001:db8::ffff:1")))).Reason);
        _throttle.Admit(FakeCall.From("2001:db8:0:1::1"));
    }

    [Fact]
    public async Task Admit_OneDeviceTooOften_IsRefusedFromAnyAddress()
    {
        var device = Guid.NewGuid();
        for (var i = 0; i < Limits.PerDeviceAndMinute; i++)
            _throttle.Admit(FakeCall.From($"203.0.113.{i}"), device);
        Assert.Equal("TOO_MANY_ATTEMPTS", (await RefusedAsync(() => _throttle.Admit(FakeCall.From("203.0.113.9"), device))).Reason);
    }

    /// <summary>R7: who knows an identifier cannot keep its owner from the door.</summary>
    [Fact]
    public async Task Admit_OneIdentifierTooOften_IsRefusedThereAndNotFromElsewhere()
    {
        for (var i = 0; i < Limits.PerIdentifierAndMinute; i++)
            _throttle.Admit(FakeCall.From("203.0.113.1"), Guid.NewGuid(), Somebody);
        Assert.Equal(
            "TOO_MANY_ATTEMPTS",
            (await RefusedAsync(() => _throttle.Admit(FakeCall.From("203.0.113.1"), Guid.NewGuid(), Somebody))).Reason);
        _throttle.Admit(FakeCall.From("198.51.100.1"), Guid.NewGuid(), Somebody);
    }

    [Fact]
    public async Task AdmitStep_ManyFromOneAddress_HasALimitOfItsOwn()
    {
        for (var i = 0; i < 5 * Limits.PerAddressAndMinute; i++)
            _throttle.AdmitStep(FakeCall.From("203.0.113.1"));
        Assert.Equal("TOO_MANY_ATTEMPTS", (await RefusedAsync(() => _throttle.AdmitStep(FakeCall.From("203.0.113.1")))).Reason);
        _throttle.Admit(FakeCall.From("203.0.113.1"));
    }

    /// <summary>Whoever shares an address with others, as behind a mobile operator, cannot sign them out.</summary>
    [Fact]
    public async Task AdmitRefresh_OneSessionTooOften_IsRefusedAndNoOther()
    {
        var session = Guid.NewGuid();
        for (var i = 0; i < Limits.RefreshesPerSessionAndMinute; i++)
            _throttle.AdmitRefresh(session);
        Assert.Equal("TOO_MANY_ATTEMPTS", (await RefusedAsync(() => _throttle.AdmitRefresh(session))).Reason);
        _throttle.AdmitRefresh(Guid.NewGuid());
    }

    private static Task<Refused> RefusedAsync(Action act) => Refused.By(() =>
    {
        act();
        return Task.CompletedTask;
    });
}
