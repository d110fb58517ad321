using System.Buffers;
using System.Net;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Session;

namespace BktSmart.Hosting;

/// <summary>
/// Reads the header of each message of one client, as Orleans 10.4.2 writes it, and says what it must not be. Not for two threads at once.
/// </summary>
internal sealed class GatewayMessageCheck : IDisposable
{
    /// <summary>
    /// All that counts comes first, and is shorter in every true message: the names of two actors with keys of the bank, two addresses of
    /// silos and the name of an interface.
    /// </summary>
    private const int LengthMax = 1_024;

    // The first four bytes: flags, then the kind of the message, then what only answers and forwarded messages have.
    private const uint Request = 1 << 16;
    private const uint OneWay = 3 << 16;
    private const uint KindMask = 0xFFFF_0000;
    private const uint AlwaysInterleave = 1 << 2;
    private const uint HasInterfaceType = 1 << 6;
    private const uint HasTimeToLive = 1 << 8;

    /// <summary>Unordered; has request context, version of the interface, interface, time to live.</summary>
    private const uint FlagsOfCall = 1 << 3 | 1 << 4 | 1 << 5 | HasInterfaceType | HasTimeToLive;

    private static readonly byte[] SystemTarget = GrainTypePrefix.SystemTargetPrefixBytes.ToArray();
    private static readonly byte[] Client = GrainTypePrefix.ClientPrefixBytes.ToArray();

    private readonly byte[] _copy = new byte[LengthMax];
    private readonly SerializerSession _session;
    private readonly byte[] _sender;
    private readonly IPEndPoint _gateway;
    private readonly byte[] _cancellation;

    /// <param name="client">In whose name alone the client speaks.</param>
    /// <param name="gateway">Of this silo: only there a client may ask a part of Orleans for something.</param>
    /// <param name="cancellation">The interface of <see cref="ApiCalls.Cancellation"/>.</param>
    public GatewayMessageCheck(GrainId client, IPEndPoint gateway, GrainInterfaceType cancellation, SerializerSessionPool sessions)
    {
        _session = sessions.GetSession();
        _sender = Encode(client);
        _gateway = gateway;
        _cancellation = cancellation.Value.AsSpan().ToArray();
    }

    public void Dispose() => _session.Dispose();

    /// <summary>Why the message must not go on; null where it may.</summary>
    public GatewayRefusal? Find(ReadOnlySequence<byte> header)
    {
        var beginning = header.Slice(0, Math.Min(header.Length, LengthMax));
        var bytes = beginning.FirstSpan;
        if (!beginning.IsSingleSegment)
        {
            beginning.CopyTo(_copy);
            bytes = _copy.AsSpan(0, (int)beginning.Length);
        }

        try
        {
            var reader = Reader.Create(bytes, _session);
            return Find(ref reader);
        }
        catch (Exception)
        {
            // It ends too early, or has a length or a hash that nothing has.
            return GatewayRefusal.Kind;
        }
    }

    private GatewayRefusal? Find(ref Reader<SpanReaderInput> reader)
    {
        var beginning = reader.ReadUInt32();
        reader.Skip(sizeof(long));
        if (!Read(ref reader, _sender.Length).SequenceEqual(_sender))
            return GatewayRefusal.Sender;

        var target = ReadId(ref reader);
        ReadId(ref reader);
        Skip(ref reader);
        var silo = Read(ref reader, (int)reader.ReadVarUInt32());
        if (target.StartsWith(Client) || (target.StartsWith(SystemTarget) && !IsHere(silo)))
            return GatewayRefusal.Target;

        return (beginning & KindMask) switch
        {
            Request when (beginning & ~(KindMask | FlagsOfCall)) == 0 => null,
            OneWay when (beginning & ~(KindMask | FlagsOfCall | AlwaysInterleave)) == 0 && IsCancellation(beginning, ref reader) => null,
            _ => GatewayRefusal.Kind,
        };
    }

    private bool IsCancellation(uint beginning, ref Reader<SpanReaderInput> reader)
    {
        if ((beginning & HasTimeToLive) != 0)
            reader.ReadInt32();
        return (beginning & HasInterfaceType) != 0 && ReadId(ref reader).SequenceEqual(_cancellation);
    }

    /// <summary>
    /// A message to a part of Orleans goes to the silo that it names: the gateway would connect to whatever address that is.
    /// </summary>
    private bool IsHere(ReadOnlySpan<byte> silo)
    {
        if (silo.IsEmpty)
            return false;
        var reader = Reader.Create(silo, _session);
        reader.ReadInt32();
        var address = IPAddressCodec.ReadRaw(ref reader);
        return reader.ReadVarUInt32() == _gateway.Port && (address.Equals(_gateway.Address) || IPAddress.IsLoopback(address));
    }

    /// <summary>
    /// The bytes of a name. Their hash comes before them, and Orleans believes it: under another one an actor would be a second actor.
    /// </summary>
    private static ReadOnlySpan<byte> ReadId(ref Reader<SpanReaderInput> reader)
    {
        var length = (int)reader.ReadVarUInt32();
        if (length == 0)
            return [];
        var hash = reader.ReadUInt32();
        var bytes = Read(ref reader, length);
        return hash == StableHash.ComputeHash(bytes) ? bytes : throw new InvalidOperationException("The hash is another name's.");
    }

    private static ReadOnlySpan<byte> Read(ref Reader<SpanReaderInput> reader, int length) =>
        reader.TryReadBytes(length, out var bytes) ? bytes : throw new InvalidOperationException("The header ends too early.");

    private static void Skip(ref Reader<SpanReaderInput> reader) => reader.Skip(reader.ReadVarUInt32());

    private byte[] Encode(GrainId id)
    {
        var bytes = new ArrayBufferWriter<byte>();
        var writer = Writer.Create(bytes, _session);
        IdSpanCodec.WriteRaw(ref writer, id.Type.Value);
        IdSpanCodec.WriteRaw(ref writer, id.Key);
        writer.Commit();
        return bytes.WrittenSpan.ToArray();
    }
}
