using System.Diagnostics.Metrics;
using System.Net;
using BktSmart.Authentication;
using BktSmart.Values;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace BktSmart.Admission;

public sealed class LoadShedderTest
{
    private const string Paying = "/bktsmart.v1.TransferService/CreateTransfer";
    private const string Unlocking = "/bktsmart.staff.v1.ContactCentreService/UnlockSignIn";

    private readonly LoadShedder _shedder = new(Options.Create(new ServerLimits { CallsMax = 2, CallsForStaff = 0 }));
    private readonly TaskCompletionSource _answer = new();
    private int _ran;

    [Fact]
    public void Call_AsManyUnderWayAsAllowed_IsRefusedAtOnceAndDoesNotRun()
    {
        Fill();
        var (call, headers) = Call(Paying);
        Assert.True(call.IsCompletedSuccessfully);
        Assert.Equal(2, _ran);
        Assert.Equal($"{(int)StatusCode.ResourceExhausted}", headers["grpc-status"]);
        Assert.Equal("OVERLOADED", ReasonOf(headers));
        Assert.NotNull(DetailsOf(headers)!.GetDetail<RetryInfo>());
    }

    [Fact]
    public async Task Call_OneUnderWayEnded_IsLetInAgain()
    {
        var underWay = Fill();
        Call(Paying);
        _answer.SetResult();
        await Task.WhenAll(underWay);
        Call(Paying);
        Assert.Equal(3, _ran);
    }

    [Fact]
    public async Task CallsActive_CallsComeAndGo_AreThoseUnderWay()
    {
        // Five, because shedders of other tests measure under the same name and let in two.
        var shedder = new LoadShedder(Options.Create(new ServerLimits { CallsMax = 5, CallsForStaff = 0 }));
        var active = new List<int>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name == "bank.api.call.active")
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((_, value, _, _) => active.Add(value));
        listener.Start();
        Task[] underWay = [.. Enumerable.Range(0, 5).Select(_ => shedder.InvokeAsync(At(Paying), _ => _answer.Task))];
        listener.RecordObservableInstruments();
        Assert.Contains(5, active);

        _answer.SetResult();
        await Task.WhenAll(underWay);
        active.Clear();
        listener.RecordObservableInstruments();
        Assert.Contains(0, active);
        Assert.DoesNotContain(5, active);
    }

    [Fact]
    public async Task Call_Fails_GivesItsPlaceBack()
    {
        for (var i = 0; i < 3; i++)
            await Assert.ThrowsAsync<InvalidOperationException>(
                () => _shedder.InvokeAsync(At(Paying), _ => throw new InvalidOperationException()));
    }

    [Theory]
    [InlineData("/grpc.health.v1.Health/Check")]
    [InlineData("/bktsmart.v1.NotificationService/WatchNotifications")]
    [InlineData("/metrics")]
    public void Call_ProbeOrStream_PassesAFullNodeAndTakesNoPlace(string path)
    {
        Call(path);
        Fill();
        Call(path);
        Assert.Equal(4, _ran);
    }

    [Fact]
    public void Call_OneAddressHasItsShare_IsRefusedThereAndNotElsewhere()
    {
        var shedder = new LoadShedder(Options.Create(new ServerLimits { CallsMax = 4, CallsPerAddressMax = 1, CallsForStaff = 0 }));
        Assert.Equal("", ReasonFrom("203.0.113.1"));
        Assert.Equal("OVERLOADED", ReasonFrom("203.0.113.1"));
        Assert.Equal("", ReasonFrom("203.0.113.2"));

        string ReasonFrom(string address)
        {
            var context = At(Paying);
            context.Connection.RemoteIpAddress = IPAddress.Parse(address);
            _ = shedder.InvokeAsync(context, _ => _answer.Task);
            return ReasonOf(context.Response.Headers);
        }
    }

    [Fact]
    public void Call_OnlyPlacesForStaffAreFree_LetsInStaffAlone()
    {
        var shedder = new LoadShedder(Options.Create(new ServerLimits { CallsMax = 2, CallsForStaff = 1 }));
        Assert.Equal("", ReasonAt(Paying));
        Assert.Equal("OVERLOADED", ReasonAt(Paying));
        Assert.Equal("", ReasonAt(Unlocking));
        Assert.Equal("OVERLOADED", ReasonAt(Unlocking));

        string ReasonAt(string path)
        {
            var context = At(path);
            _ = shedder.InvokeAsync(context, _ => _answer.Task);
            return ReasonOf(context.Response.Headers);
        }
    }

    [Fact]
    public void IsBounded_IsWhatTheBankAnswersOnce() => Assert.Equal(
        AccessListTest.Methods
            .Where(method => AccessListTest.IsOurs(method.File) && !method.IsServerStreaming && !method.IsClientStreaming)
            .Select(AccessList.NameOf)
            .Order(StringComparer.Ordinal),
        AccessList.Names.Where(name => AccessList.Find(name)!.IsBounded).Order(StringComparer.Ordinal));

    private Task[] Fill() => [Call(Paying).Call, Call(Paying).Call];

    private (Task Call, IHeaderDictionary Headers) Call(string path)
    {
        var context = At(path);
        return (_shedder.InvokeAsync(context, _ =>
        {
            _ran++;
            return _answer.Task;
        }), context.Response.Headers);
    }

    /// <summary>Empty if the call was let in.</summary>
    private static string ReasonOf(IHeaderDictionary headers) => DetailsOf(headers)?.GetDetail<ErrorInfo>()!.Reason ?? "";

    private static Google.Rpc.Status? DetailsOf(IHeaderDictionary headers) =>
        headers["grpc-status-details-bin"].ToString() is { Length: > 0 } details
            ? Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(details))
            : null;

    private static DefaultHttpContext At(string path)
    {
        var context = new DefaultHttpContext();
        context.Request.Path = path;
        return context;
    }
}
