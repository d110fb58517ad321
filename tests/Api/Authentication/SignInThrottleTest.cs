using System.Net;
using BktSmart.Customers;
using BktSmart.Infrastructure;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace BktSmart.Authentication;

public sealed class SignInThrottleTest : IDisposable
{
    private static readonly CustomerIdentifier Victim = new(CustomerNumber.From(123_456_789), null);

    private readonly SignInThrottle _throttle = new(Options.Create(new SignInThrottleOptions { PerAddressAndMinute = 20, PerDeviceAndMinute = 5, PerIdentifierAndMinute = 10 }));

    public void Dispose() => _throttle.Dispose();

    [Fact]
    public async Task Admit_OneDeviceTooOften_IsRefused()
    {
        var device = Guid.NewGuid();
        for (var i = 0; i < 5; i++)
            await AdmitAsync("192.0.2.1", device);
        Assert.Equal("TOO_MANY_ATTEMPTS", (await Refused.By(() => AdmitAsync("192.0.2.2", device))).Reason);
        await AdmitAsync("192.0.2.1", Guid.NewGuid());
    }

    [Fact]
    public async Task Admit_OneIdentifierTooOften_IsRefusedToThatAddressAndNotToItsOwner()
    {
        for (var i = 0; i < 10; i++)
            await AdmitAsync("192.0.2.1", Guid.NewGuid(), Victim);
        Assert.Equal("TOO_MANY_ATTEMPTS", (await Refused.By(() => AdmitAsync("192.0.2.1", Guid.NewGuid(), Victim))).Reason);
        await AdmitAsync("198.51.100.1", Guid.NewGuid(), Victim);
    }

    [Fact]
    public async Task Admit_OneAddressTooOften_IsRefusedWhateverItAsksForAndItsNeighbourIsNot()
    {
        for (var i = 0; i < 20; i++)
            await AdmitAsync("2001:db8:1234:5678::1", Guid.NewGuid());
        Assert.Equal("TOO_MANY_ATTEMPTS", (await Refused.By(() => AdmitAsync("2001:db8:1234:5678::2"))).Reason);
        await AdmitAsync("2001:db8:1234:5679::1");
    }

    private Task AdmitAsync(string address, Guid? device = null, CustomerIdentifier? identifier = null)
    {
        var call = new FakeCall("/bktsmart.v1.AuthenticationService/BeginSignIn");
        // Where the library looks for it.
        call.UserState["__HttpContext"] = new DefaultHttpContext { Connection = { RemoteIpAddress = IPAddress.Parse(address) } };
        _throttle.Admit(call, device, identifier);
        return Task.CompletedTask;
    }
}
