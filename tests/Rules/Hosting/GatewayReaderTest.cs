using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using BktSmart.Hosting;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;

namespace BktSmart.Tests.Rules.Hosting;

/// <summary>What Orleans gets to read of what a client sends.</summary>
public sealed class GatewayReaderTest
{
    private const int BodyLengthMax = 5_000;

    private static readonly byte[] Preamble = [3, 0, 0, 0, 1, 2, 3];

    /// <summary>Messages to let through and others, in pieces of any length: those come whole and in their order, these never.</summary>
    [Fact]
    public async Task ReadAsync_AnyMessagesInAnyPieces_GivesTheGoodOnes() =>
        await Gen.Select(Gen.Select(Gen.Bool, Gen.Int[0, BodyLengthMax]).Array[0, 12], Gen.Int[1, 6_000].Array[1, 40]).SampleAsync(
            async (messages, pieces) =>
            {
                var frames = messages.Select(message => (Good: message.Item1, Bytes: FrameOf(message.Item1, message.Item2))).ToArray();
                var sent = Preamble.Concat(frames.SelectMany(frame => frame.Bytes)).ToArray();
                var given = await RunAsync(sent, pieces);
                return given.SequenceEqual(Preamble.Concat(frames.Where(frame => frame.Good).SelectMany(frame => frame.Bytes)));
            },
            iter: 2_000);

    /// <summary>Where no message begins, nothing is looked for any more.</summary>
    [Theory]
    [InlineData(0, 0)]
    [InlineData(-1, 0)]
    [InlineData(100_000, 0)]
    [InlineData(100, -1)]
    [InlineData(100, BodyLengthMax + 1)]
    public async Task ReadAsync_LengthsThatNoMessageHas_EndWhatIsRead(int header, int body)
    {
        var lengths = new byte[2 * sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(lengths, header);
        BinaryPrimitives.WriteInt32LittleEndian(lengths.AsSpan(sizeof(int)), body);
        byte[] good = [.. Preamble, .. FrameOf(good: true, 10)];
        Assert.Equal(good, await RunAsync([.. good, .. lengths, .. FrameOf(good: true, 10)], [1_000]));
    }

    /// <summary>Reads as Orleans does: the preamble, then each message that is there, and waits for more where none is.</summary>
    private static async Task<byte[]> RunAsync(byte[] sent, int[] pieces)
    {
        var pipe = new Pipe(new PipeOptions(minimumSegmentSize: 64, useSynchronizationContext: false));
        var sending = SendAsync(pipe.Writer, sent, pieces);
        var first = await pipe.Reader.ReadAtLeastAsync(Preamble.Length);
        using var check = ClientMessage.NewCheck();
        var reader = new GatewayReader(
            pipe.Reader, first, Preamble.Length, headerLengthMax: 10_000, BodyLengthMax, check,
            new GatewayRefusals(TimeProvider.System, NullLogger<GatewayRefusals>.Instance));
        var given = new List<byte>();

        var read = await reader.ReadAsync();
        var preamble = read.Buffer.Slice(0, Preamble.Length);
        given.AddRange(preamble.ToArray());
        reader.AdvanceTo(preamble.End);
        var requiredLength = 0;
        do
        {
            read = await reader.ReadAsync();
            var buffer = read.Buffer;
            if (buffer.Length >= requiredLength)
            {
                while ((requiredLength = RequiredLength(buffer)) <= buffer.Length)
                {
                    given.AddRange(buffer.Slice(0, requiredLength).ToArray());
                    buffer = buffer.Slice(requiredLength);
                }
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
        while (!read.IsCompleted);

        await reader.CompleteAsync();
        await sending;
        return [.. given];
    }

    private static int RequiredLength(ReadOnlySequence<byte> buffer)
    {
        var lengths = new byte[2 * sizeof(int)];
        if (buffer.Length < lengths.Length)
            return lengths.Length;
        buffer.Slice(0, lengths.Length).CopyTo(lengths);
        return lengths.Length
            + BinaryPrimitives.ReadInt32LittleEndian(lengths) + BinaryPrimitives.ReadInt32LittleEndian(lengths.AsSpan(sizeof(int)));
    }

    private static async Task SendAsync(PipeWriter writer, byte[] bytes, int[] pieces)
    {
        var sent = 0;
        for (var i = 0; sent < bytes.Length; i = (i + 1) % pieces.Length)
        {
            var length = Math.Min(pieces[i], bytes.Length - sent);
            if ((await writer.WriteAsync(bytes.AsMemory(sent, length))).IsCompleted)
                return;
            sent += length;
        }

        await writer.CompleteAsync();
    }

    private static byte[] FrameOf(bool good, int bodyLength) =>
        new ClientMessage { Kind = good ? ClientMessage.Request : ClientMessage.Response, BodyLength = bodyLength }.Frame();
}
