using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace BktSmart.Ledger;

/// <summary>
/// The hashes that make a change of what was booked evident. A transfer's covers all that was decided of it but balances, which follow from
/// the order of the postings; a batch's content hash is taken over the sorted hashes of its transfers, so that it does not depend on the
/// order of rows. <c>bank.batch</c> says how batches are chained.
///
/// Of a transfer SHA-256 goes over: id (16 bytes), kind, debtor, creditor, amount, the two sequence numbers, reason (8 bytes each,
/// big-endian, zero for none), and SHA-256 of the reference in UTF-8; then for each further leg debtor, creditor, amount and the sequence
/// numbers; then, where there are any, the id of what the transfer is about, the expiry in microseconds since 1970 (8 bytes), the leg at
/// fault (8 bytes), and the exchange rate as text; then, in chains from version 2 on and where there are any, the approval (8 bytes), and
/// SHA-256 of the staff's subject in UTF-8; then, in chains from version 3 on, the originator (8 bytes); then, in chains from version 4 on
/// and where there are any, the limit that the transfer would have broken and what it left (8 bytes each).
/// </summary>
internal static class TransferHash
{
    /// <summary>Of the chains that are opened now; <c>bank.chain</c> has that of each.</summary>
    public const short Version = 4;

    private const int FixedLength = 16 + 7 * 8 + Sha256Value.Length;

    /// <summary>In UTF-16; a text that is longer is hashed all the same.</summary>
    private const int UsualTextLength = 140;
    private static readonly Sha256Value EmptyText = Sha256Value.Of([]);

    /// <param name="version">Of the transfer's chain, 1 to 4.</param>
    public static Sha256Value Of(RecordedTransfer transfer, short version)
    {
        var order = transfer.Order;
        var further = order.FurtherLegs.Length * 5 * 8;
        var rate = order.ExchangeRate?.ToString(CultureInfo.InvariantCulture) ?? "";
        Span<byte> content = stackalloc byte[FixedLength + further + 16 + 8 + 8 + rate.Length + 8 + Sha256Value.Length + 8 + 16];
        var rest = content;
        Put(order.Id.Value, ref rest);
        Put((long)order.Kind, ref rest);
        Put(order.DebitAccountId, ref rest);
        Put(order.CreditAccountId!.Value, ref rest);
        Put(order.Amount.Minor, ref rest);
        Put(transfer.First.DebitSequence, ref rest);
        Put(transfer.First.CreditSequence, ref rest);
        Put((long)(transfer.Refusal ?? 0), ref rest);
        PutHash(order.Reference, ref rest);
        for (var i = 0; i < order.FurtherLegs.Length; i++)
        {
            var (leg, effect) = (order.FurtherLegs[i], i < transfer.Further.Length ? transfer.Further[i] : default);
            Put(leg.DebitAccountId, ref rest);
            Put(leg.CreditAccountId, ref rest);
            Put(leg.Amount.Minor, ref rest);
            Put(effect.DebitSequence, ref rest);
            Put(effect.CreditSequence, ref rest);
        }

        if (order.RelatedId is { } related)
            Put(related.Value, ref rest);
        if (order.ExpiresAt is { } expires)
            Put((expires - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond, ref rest);
        if (transfer.RefusedLeg is { } refused)
            Put(refused, ref rest);
        if (rate.Length > 0)
            rest = rest[Encoding.ASCII.GetBytes(rate, rest)..];
        if (version >= 2)
        {
            if (transfer.Approval is { } approval)
                Put((long)approval, ref rest);
            if (order.Originator.Staff is { } staff)
                PutHash(staff, ref rest);
        }

        if (version >= 3)
            Put((long)order.Originator.Kind, ref rest);
        if (version >= 4 && transfer.Exceeded is var (limit, left))
        {
            Put(limit, ref rest);
            Put(left, ref rest);
        }

        return Sha256Value.Of(content[..^rest.Length]);
    }

    /// <param name="transfers">The hashes of the transfers of one batch, in any order. They are sorted in place.</param>
    public static Sha256Value OfBatch(List<Sha256Value> transfers)
    {
        transfers.Sort();
        var content = ArrayPool<byte>.Shared.Rent(transfers.Count * Sha256Value.Length);
        var end = 0;
        foreach (var transfer in transfers)
        {
            transfer.CopyTo(content.AsSpan(end));
            end += Sha256Value.Length;
        }

        var hash = Sha256Value.Of(content.AsSpan(0, end));
        ArrayPool<byte>.Shared.Return(content);
        return hash;
    }

    private static void PutHash(string text, ref Span<byte> rest)
    {
        var hash = EmptyText;
        if (text.Length > 0)
        {
            Span<byte> utf8 = text.Length <= UsualTextLength ? stackalloc byte[3 * UsualTextLength] : new byte[3 * text.Length];
            hash = Sha256Value.Of(utf8[..Encoding.UTF8.GetBytes(text, utf8)]);
        }

        hash.CopyTo(rest);
        rest = rest[Sha256Value.Length..];
    }

    private static void Put(long number, ref Span<byte> rest)
    {
        BinaryPrimitives.WriteInt64BigEndian(rest, number);
        rest = rest[8..];
    }

    private static void Put(Guid id, ref Span<byte> rest)
    {
        id.TryWriteBytes(rest, bigEndian: true, out _);
        rest = rest[16..];
    }
}
