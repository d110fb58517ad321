using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using BktSmart.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Session;

namespace BktSmart.Tests.Rules.Hosting;

/// <summary>
/// A message to a gateway as Orleans 10.4.2 writes it: by default a call of an API node to an actor. <c>GatewayTest</c> of the cluster
/// shows that what the true client writes passes.
/// </summary>
internal sealed record ClientMessage
{
    public const uint Request = 1 << 16;
    public const uint Response = 2 << 16;
    public const uint OneWay = 3 << 16;
    public const uint AlwaysInterleave = 1 << 2;
    private const uint HasInterfaceType = 1 << 6;
    private const uint HasTimeToLive = 1 << 8;

    public static readonly GrainId Client = GrainId.Create("sys.client", "0123456789abcdef0123456789abcdef");
    public static readonly IPEndPoint Gateway = new(IPAddress.Parse("192.0.2.1"), 30_000);
    public static readonly GrainInterfaceType Cancellation = GrainInterfaceType.Create("cancellation");

    public static IServiceProvider Services { get; } = new ServiceCollection().AddSerializer().BuildServiceProvider();

    private static SerializerSessionPool Sessions => Services.GetRequiredService<SerializerSessionPool>();

    public uint Kind { get; init; } = Request;

    /// <summary>Besides those that say what follows.</summary>
    public uint Flags { get; init; }

    public GrainId Sender { get; init; } = Client;

    public GrainId Target { get; init; } = GrainId.Create("customer", "customer-100000001");

    public IPEndPoint? TargetSilo { get; init; } = Gateway;

    public GrainInterfaceType Interface { get; init; } = GrainInterfaceType.Create("bktsmart.ICustomerGrain");

    public int? TimeToLiveMilliseconds { get; init; } = 10_000;

    public int BodyLength { get; init; }

    public static GatewayMessageCheck NewCheck() => new(Client, Gateway, Cancellation, Sessions);

    public byte[] Header()
    {
        using var session = Sessions.GetSession();
        var bytes = new ArrayBufferWriter<byte>();
        var writer = Writer.Create(bytes, session);
        writer.WriteUInt32(Kind | Flags | HasInterfaceType | (TimeToLiveMilliseconds is null ? 0 : HasTimeToLive));
        writer.WriteInt64(42);
        Write(ref writer, Sender);
        Write(ref writer, Target);
        WriteSilo(ref writer, null);
        WriteSilo(ref writer, TargetSilo);
        if (TimeToLiveMilliseconds is { } milliseconds)
            writer.WriteInt32(milliseconds);
        IdSpanCodec.WriteRaw(ref writer, Interface.Value);
        writer.Commit();
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>With its lengths before it and a body behind it.</summary>
    public byte[] Frame()
    {
        var header = Header();
        var frame = new byte[2 * sizeof(int) + header.Length + BodyLength];
        BinaryPrimitives.WriteInt32LittleEndian(frame, header.Length);
        BinaryPrimitives.WriteInt32LittleEndian(frame.AsSpan(sizeof(int)), BodyLength);
        header.CopyTo(frame, 2 * sizeof(int));
        return frame;
    }

    private static void Write(ref Writer<ArrayBufferWriter<byte>> writer, GrainId id)
    {
        IdSpanCodec.WriteRaw(ref writer, id.Type.Value);
        IdSpanCodec.WriteRaw(ref writer, id.Key);
    }

    private static void WriteSilo(ref Writer<ArrayBufferWriter<byte>> writer, IPEndPoint? silo)
    {
        if (silo is null)
        {
            writer.WriteVarUInt32(0);
            return;
        }

        var bytes = new ArrayBufferWriter<byte>();
        var inner = Writer.Create(bytes, writer.Session);
        inner.WriteInt32(7);
        IPAddressCodec.WriteRaw(ref inner, silo.Address);
        inner.WriteVarUInt32((uint)silo.Port);
        inner.WriteInt32(0);
        inner.Commit();
        writer.WriteVarUInt32((uint)bytes.WrittenCount);
        writer.Write(bytes.WrittenSpan);
    }
}
