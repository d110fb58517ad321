using System.Buffers;

namespace BktSmart.Tests.Rules.Hosting;

/// <summary>A part of bytes that came in several.</summary>
internal sealed class Piece : ReadOnlySequenceSegment<byte>
{
    private Piece(byte[] bytes, Piece? before)
    {
        Memory = bytes;
        if (before is null)
            return;
        RunningIndex = before.RunningIndex + before.Memory.Length;
        before.Next = this;
    }

    public static ReadOnlySequence<byte> Of(params byte[][] pieces)
    {
        var first = new Piece(pieces[0], before: null);
        var last = pieces.Skip(1).Aggregate(first, (before, bytes) => new Piece(bytes, before));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }
}
