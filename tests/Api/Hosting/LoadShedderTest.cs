using System.Diagnostics.Metrics;
using BktSmart.Authentication;
using BktSmart.Values;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace BktSmart.Hosting;

public sealed class LoadShedderTest
{
    private const string Paying = "/bktsmart.v1.TransferService/CreateTransfer";

    private readonly LoadShedder _shedder = new(Options.Create(new ServerLimits { CallsMax = 2 }));
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
        var status = Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(headers["grpc-status-details-bin"]!));
        Assert.Equal("OVERLOADED", status.GetDetail<ErrorInfo>()!.Reason);
        Assert.NotNull(status.GetDetail<RetryInfo>());
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
        var shedder = new LoadShedder(Options.Create(new ServerLimits { CallsMax = 5 }));
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
    public void IsBounded_IsWhatTheBankAnswersOnce() => Assert.Equal(
        AccessListTest.Methods
            .Where(method => method.File.Package == "bktsmart.v1" && !method.IsServerStreaming && !method.IsClientStreaming)
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

    private static DefaultHttpContext At(string path)
    {
        var context = new DefaultHttpContext();
        context.Request.Path = path;
        return context;
    }
}
