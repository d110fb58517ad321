using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Metadata;
using Orleans.Serialization;
using Orleans.Serialization.Session;

namespace BktSmart.Hosting;

// Orleans believes what the header of a message from a client says. It may name any sender, so that a filter of calls takes it for a silo's
// own; answer a question that a silo asked another; move actors in the caches of silos; speak to the apps of other clients; or have the
// gateway connect to any address, and whoever listens there is a silo. So the bytes are looked at before Orleans reads them, which is where
// it offers a place: between the connection and the gateway. What no client sends is dropped. A connection in the name of a silo is closed.

/// <summary>Lets nothing in through the gateway but calls of clients in their own names.</summary>
internal sealed class GatewayGuard(
    ILocalSiloDetails silo, IOptions<SiloMessagingOptions> messaging, GrainInterfaceTypeResolver interfaces,
    Serializer<GatewayPreamble> preambles, SerializerSessionPool sessions, GatewayRefusals refusals)
{
    private static readonly TimeSpan PreambleTimeMax = TimeSpan.FromSeconds(10);

    private readonly GrainInterfaceType _cancellation = interfaces.GetGrainInterfaceType(ApiCalls.Cancellation);

    public ConnectionDelegate Guard(ConnectionDelegate gateway) => connection => RunAsync(connection, gateway);

    private async Task RunAsync(ConnectionContext connection, ConnectionDelegate gateway)
    {
        var transport = connection.Transport;
        if (await FindPreambleAsync(transport.Input) is not var (client, length, read) || !IsName(client))
        {
            refusals.Add(GatewayRefusal.Connection);
            return;
        }

        using var check = new GatewayMessageCheck(client, silo.GatewayAddress.Endpoint, _cancellation, sessions);
        var options = messaging.Value;
        var reader = new GatewayReader(
            transport.Input, read, length, options.MaxMessageHeaderSize, options.MaxMessageBodySize, check, refusals);
        connection.Transport = new GuardedTransport(reader, transport.Output);
        try
        {
            await gateway(connection);
        }
        finally
        {
            connection.Transport = transport;
        }
    }

    /// <summary>A client's, of which no observer is part.</summary>
    private static bool IsName(GrainId client) =>
        client.Type == GrainTypePrefix.ClientGrainType && GatewayClient.Is(client) && !client.Key.AsSpan().Contains((byte)'+');

    /// <summary>Reads what comes first, and leaves it for Orleans. Null when it does not come in time, or is none.</summary>
    private async Task<(GrainId Client, int Length, ReadResult Read)?> FindPreambleAsync(PipeReader input)
    {
        using var patience = new CancellationTokenSource(PreambleTimeMax);
        try
        {
            return await ReadPreambleAsync(input, patience.Token);
        }
        catch (Exception)
        {
            return null;
        }
    }

    private async Task<(GrainId Client, int Length, ReadResult Read)?> ReadPreambleAsync(PipeReader input, CancellationToken stop)
    {
        while (true)
        {
            var read = await input.ReadAsync(stop);
            if (TryRead(read.Buffer, out var length) is { } preamble)
                return (preamble.Client, length, read);
            if (read.IsCanceled || read.IsCompleted || length is < 0 or > GatewayPreamble.LengthMax)
                return null;
            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <param name="length">Of the preamble in bytes, as far as it is known.</param>
    private GatewayPreamble? TryRead(ReadOnlySequence<byte> buffer, out int length)
    {
        length = 0;
        if (buffer.Length < sizeof(int))
            return null;
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        buffer.Slice(0, sizeof(int)).CopyTo(bytes);
        length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length is < 0 or > GatewayPreamble.LengthMax || buffer.Length < sizeof(int) + length)
            return null;
        var preamble = preambles.Deserialize(buffer.Slice(sizeof(int), length));
        length += sizeof(int);
        return preamble;
    }

    private sealed record GuardedTransport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
