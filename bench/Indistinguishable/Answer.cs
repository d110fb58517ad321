using System.Diagnostics;
using BktSmart.Dev.Client;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace BktSmart.Bench.Indistinguishable;

/// <summary>What an outsider has of one call.</summary>
/// <param name="Shape">Status, headers, fields that are set, and serialized size. Values are not in it: ids are random, and times are those
/// of the call.</param>
/// <param name="LatencyMs">From the call to its answer.</param>
internal sealed record Answer(string Shape, double LatencyMs)
{
    /// <summary>Times are written with as many bytes as their nanoseconds need; all that are compared are given these.</summary>
    private const int CommonNanos = 999_999_999;

    public bool IsRefusal { get; init; }

    public static async Task<Answer> OfAsync<T>(Func<AsyncUnaryCall<T>> begin)
        where T : class, IMessage
    {
        var started = Stopwatch.GetTimestamp();
        var call = begin();
        try
        {
            var message = await call.ResponseAsync;
            var latency = Stopwatch.GetElapsedTime(started);
            var names = Names(await call.ResponseHeadersAsync).Concat(Names(call.GetTrailers()));
            return new Answer($"{call.GetStatus().StatusCode} [{string.Join(' ', names)}] {ShapeOf(message)}", latency.TotalMilliseconds);
        }
        catch (RpcException e)
        {
            return new Answer($"{e.StatusCode} {Refusal.From(e).Reason}", Stopwatch.GetElapsedTime(started).TotalMilliseconds)
            {
                IsRefusal = true,
            };
        }
    }

    private static IEnumerable<string> Names(Metadata metadata) => metadata.Select(entry => entry.Key).Order(StringComparer.Ordinal);

    private static string ShapeOf(IMessage message)
    {
        var fields = new List<string>();
        Timestamp? first = null;
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            switch (field.Accessor.GetValue(message))
            {
                case Timestamp time:
                    first ??= time.Clone();
                    fields.Add($"{field.Name} ({(time - first).ToTimeSpan().TotalMilliseconds:+0;-0;0} ms)");
                    time.Nanos = CommonNanos;
                    break;
                case null or "":
                    break;
                default:
                    fields.Add(field.Name);
                    break;
            }
        }

        return $"{string.Join(", ", fields)}: {message.CalculateSize()} B";
    }
}
