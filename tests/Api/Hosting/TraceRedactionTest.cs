using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Trace;

namespace BktSmart.Hosting;

public sealed class TraceRedactionTest : IDisposable
{
    private const string Key = "AL47212110090000000235698741";

    private readonly ActivitySource _runtime = new("Microsoft.Orleans.Application");
    private readonly ActivitySource _other = new("Other");
    private readonly Exported _exported = new();
    private readonly TracerProvider _traces;

    public TraceRedactionTest() => _traces = Sdk.CreateTracerProviderBuilder()
        .AddSource(_runtime.Name, _other.Name)
        .AddProcessor(new TraceRedaction())
        .AddProcessor(_exported)
        .Build();

    public void Dispose()
    {
        _traces.Dispose();
        _runtime.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void OnEnd_GrainCall_LosesItsKeys() => Assert.Equal(
        [new("rpc.system.name", "orleans"), new("rpc.method", "IAccountGrain/Get"), new("exception.type", "System.TimeoutException")],
        Export(
            _runtime,
            ("rpc.system.name", "orleans"), ("orleans.rpc.target_id", $"account/{Key}"), ("orleans.rpc.source_id", $"customer/{Key}"),
            ("rpc.method", "IAccountGrain/Get"), ("exception.type", "System.TimeoutException"),
            ("exception.message", Key), ("exception.stacktrace", Key)));

    [Fact]
    public void OnEnd_TagsThatMayCarryAKey_AreRemoved()
    {
        // Whatever the runtime can say; what is harmless is known one by one.
        var tags = typeof(GrainId).Assembly.GetTypes()
            .Single(type => type.Name == "ActivityTagKeys")
            .GetFields()
            .Select(field => (string)field.GetRawConstantValue()!)
            .ToList();
        Assert.Contains("orleans.rpc.target_id", tags);

        var left = Export(_runtime, [.. tags.Select(tag => (tag, Key))]).Select(tag => tag.Key);
        Assert.Equal(
            [
                "exception.escaped", "exception.type", "orleans.activation.cause", "orleans.activation.id",
                "orleans.async_enumerable.request_id", "orleans.grain.state", "orleans.grain.type", "orleans.migration.target.silo",
                "orleans.placement.filter.type", "orleans.rpc.service", "orleans.silo.id", "orleans.storage.provider",
                "orleans.storage.state.name", "orleans.storage.state.type", "rpc.method", "rpc.system.name",
            ],
            left.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void OnEnd_OtherSource_LosesOnlyExceptionTexts() => Assert.Equal(
        [new("http.route", "/bktsmart.v1.AccountService/GetAccount")],
        Export(
            _other, ("http.route", "/bktsmart.v1.AccountService/GetAccount"), ("exception.message", Key), ("exception.stacktrace", Key)));

    [Fact]
    public void OnEnd_Status_LosesItsText()
    {
        using (var activity = _other.StartActivity("call"))
            activity!.SetStatus(ActivityStatusCode.Error, Key);
        Assert.Equal((ActivityStatusCode.Error, null), (_exported.Last!.Status, _exported.Last.StatusDescription));
    }

    private IEnumerable<KeyValuePair<string, object?>> Export(ActivitySource source, params (string Name, string Value)[] tags)
    {
        using (var activity = source.StartActivity("call"))
        {
            foreach (var (name, value) in tags)
                activity!.SetTag(name, value);
        }

        return _exported.Last!.TagObjects;
    }

    private sealed class Exported : BaseProcessor<Activity>
    {
        public Activity? Last { get; private set; }

        public override void OnEnd(Activity data) => Last = data;
    }
}
