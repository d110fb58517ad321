using System.Diagnostics;
using OpenTelemetry;

namespace BktSmart.Silo.Hosting;

/// <summary>Takes the grain keys out of spans: they hold customer numbers and IBANs, and traces go to people who may not see these.</summary>
internal sealed class GrainKeyRemover : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        data.SetTag("orleans.rpc.target_id", null);
        data.SetTag("orleans.rpc.source_id", null);
    }
}
