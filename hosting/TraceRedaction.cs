using System.Collections.Frozen;
using System.Diagnostics;
using OpenTelemetry;

namespace BktSmart.Hosting;

/// <summary>
/// Keeps identifiers out of traces. The runtime tags its activities with grain keys, and those are IBANs and customer numbers; the messages
/// of its exceptions carry them too. Of the tags of the runtime only those pass that are known to be harmless, so that a new version of it
/// does not bring a new leak. It has to stand before the exporter.
/// </summary>
public sealed class TraceRedaction : BaseProcessor<Activity>
{
    private const string RuntimeSources = "Microsoft.Orleans.";

    private static readonly FrozenSet<string> Harmless = FrozenSet.ToFrozenSet(
    [
        "rpc.system.name", "rpc.method", "orleans.rpc.service", "exception.type", "exception.escaped",
        "orleans.grain.type", "orleans.grain.state", "orleans.silo.id", "orleans.activation.id", "orleans.activation.cause",
        "orleans.migration.target.silo", "orleans.placement.filter.type", "orleans.async_enumerable.request_id",
        "orleans.storage.provider", "orleans.storage.state.name", "orleans.storage.state.type",
    ]);

    public override void OnEnd(Activity data)
    {
        var ofRuntime = data.Source.Name.StartsWith(RuntimeSources, StringComparison.Ordinal);
        // Removing a tag changes the list that is walked.
        List<string>? hidden = null;
        foreach (ref readonly var tag in data.EnumerateTagObjects())
        {
            if (tag.Key is "exception.message" or "exception.stacktrace" || (ofRuntime && !Harmless.Contains(tag.Key)))
                (hidden ??= []).Add(tag.Key);
        }

        foreach (var name in hidden ?? [])
            data.SetTag(name, null);
        // Libraries put the message of an exception here.
        if (data.StatusDescription is not null)
            data.SetStatus(data.Status);
    }
}
