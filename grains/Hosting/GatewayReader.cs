using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace BktSmart.Hosting;

/// <summary>
/// What a client of the gateway sends, without the messages that it must not send. Gives Orleans whole messages only, so that a message is
/// checked before any of it is read.
/// </summary>
/// <param name="first">What was read already, and not consumed.</param>
/// <param name="preambleLength">The bytes of <paramref name="first"/> before the first message. They pass as they are.</param>
internal sealed class GatewayReader(
    PipeReader client, ReadResult first, int preambleLength, int headerLengthMax, int bodyLengthMax, GatewayMessageCheck check,
    GatewayRefusals refusals) : PipeReader
{
    /// <summary>Before each message: the length of its header, and the length of its body.</summary>
    private const int FrameLength = 2 * sizeof(int);

    private ReadResult? _first = first;
    private int _preambleLength = preambleLength;
    private SequencePosition _given;
    private SequencePosition _seen;

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        TryRead(out var result) ? result : Give(await client.ReadAsync(cancellationToken));

    public override bool TryRead(out ReadResult result)
    {
        if (_first is { } first)
            (result, _first) = (first, null);
        else if (!client.TryRead(out result))
            return false;
        result = Give(result);
        return true;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _preambleLength = 0;
        client.AdvanceTo(consumed, examined.Equals(_given) ? _seen : examined);
    }

    public override void CancelPendingRead() => client.CancelPendingRead();

    public override void Complete(Exception? exception = null) => client.Complete(exception);

    /// <summary>
    /// Refused messages before the first good one are left out. One behind it ends what is given, and then comes first at the next read.
    /// </summary>
    private ReadResult Give(ReadResult read)
    {
        var buffer = read.Buffer;
        long given = _preambleLength;
        while (buffer.Slice(given) is { Length: >= FrameLength } rest)
        {
            var (header, body) = Lengths(rest);
            if (header <= 0 || header > headerLengthMax || body < 0 || body > bodyLengthMax)
            {
                refusals.Add(GatewayRefusal.Kind);
                return Give(read, buffer.Slice(0, given), rest.Start, isLast: true);
            }

            var length = FrameLength + (long)header + body;
            if (rest.Length < length)
                break;
            if (check.Find(rest.Slice(FrameLength, header)) is not { } refusal)
                given += length;
            else if (given > 0)
                return Give(read, buffer.Slice(0, given), rest.Start, isLast: false);
            else
            {
                refusals.Add(refusal);
                buffer = buffer.Slice(length);
            }
        }

        return Give(read, buffer.Slice(0, given), buffer.End, read.IsCompleted);
    }

    /// <param name="seen">Up to where more bytes must come before the next read.</param>
    private ReadResult Give(ReadResult read, ReadOnlySequence<byte> messages, SequencePosition seen, bool isLast)
    {
        (_given, _seen) = (messages.End, seen);
        return new ReadResult(messages, read.IsCanceled, isLast);
    }

    private static (int Header, int Body) Lengths(ReadOnlySequence<byte> frame)
    {
        Span<byte> bytes = stackalloc byte[FrameLength];
        frame.Slice(0, FrameLength).CopyTo(bytes);
        return (BinaryPrimitives.ReadInt32LittleEndian(bytes), BinaryPrimitives.ReadInt32LittleEndian(bytes[sizeof(int)..]));
    }
}
