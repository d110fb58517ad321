using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace BktSmart.Ledger;

/// <summary>
/// What one pass over transfers finds. Each is hashed again as <see cref="TransferHash"/> says, so that the content of its batch can be
/// compared with what is chained. Rows come as they lie, which is nearly batch by batch, as long as what they are joined with fits into the
/// memory of a hash table: few batches are open at a time.
/// </summary>
/// <param name="accounts">All of them.</param>
/// <param name="batches">All that the transfers are of.</param>
/// <param name="furtherLegs">Those of all transfers: they are few beside the transfers.</param>
internal sealed class TransferWalk(
    Dictionary<long, VerifiedAccount> accounts, Dictionary<long, ChainedBatch> batches,
    IReadOnlyDictionary<TransferId, List<(FurtherLeg Leg, LegEffect Effect)>> furtherLegs)
{
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly long ExpiryMax = (DateTimeOffset.MaxValue - Epoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private readonly Dictionary<long, List<Sha256Value>> _open = [];

    /// <summary>Of the first legs that were booked: the fingerprint of the postings that belong to them.</summary>
    public Int128 Entries { get; private set; }

    /// <summary>When the postings that belong to the legs were booked.</summary>
    public EntryOrder Order { get; } = new();

    /// <summary>What customers paid.</summary>
    public PaidAmounts Paid { get; } = new();

    /// <summary>Transfers of which a leg that was booked is between two currencies.</summary>
    public Places OfTwoCurrencies { get; } = new();

    /// <summary>Transfers that lack what belongs to them, or have what does not.</summary>
    public Places Incomplete { get; } = new();

    /// <summary>Batches that have not the transfers that they say.</summary>
    public Places Miscounted { get; } = new();

    /// <summary>Batches whose content has another hash, and transfers of no batch.</summary>
    public Places Changed { get; } = new();

    public TimeSpan Took { get; private set; }

    /// <param name="debitEntry">An expression for the fingerprint of the debtor's posting, over a transfer <c>t</c> and its batch
    /// <c>b</c>.</param>
    /// <param name="part">A condition for transfers <c>t</c>.</param>
    public void Read(NpgsqlConnection connection, string debitEntry, string creditEntry, string part, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var rows = new CopyReader(connection, $"""
            select t.batch_id, t.transfer_id, t.kind, t.debit_account_id, t.credit_account_id, t.amount_minor, t.debit_sequence,
                   t.credit_sequence, t.reason, t.reference, t.staff, t.approval, t.originator,
                   e.related_id, e.settles, e.expires_at, e.exchange_rate::text, e.refused_leg, e.limit_minor, e.rest_minor,
                   {debitEntry}, {creditEntry}
              from bank.transfer t
              left join bank.batch b on b.batch_id = t.batch_id
              left join bank.transfer_detail e on e.transfer_id = t.transfer_id
             {part}
            """);
        var any = Currency.All[0];
        while (rows.Read())
        {
            var (batchId, id) = (rows.ReadBigint(), new TransferId(rows.ReadUuid()));
            var (kind, debtor, creditor, amount) =
                ((TransferKind)rows.ReadSmallint(), rows.ReadBigint(), rows.ReadBigint(), rows.ReadBigint());
            var first = new LegEffect(rows.ReadBigintOrNull() ?? 0, 0, 0, rows.ReadBigintOrNull() ?? 0, 0, 0);
            var (reason, reference, staff, approval) =
                ((Reason?)rows.ReadSmallintOrNull(), rows.ReadText(), rows.ReadTextOrNull(), (PaymentApproval?)rows.ReadSmallintOrNull());
            var originator = Originator.Of((OriginatorKind?)rows.ReadSmallintOrNull(), kind, staff);
            var (related, settles, expires, rate, refusedLeg) =
                (rows.ReadUuidOrNull(), rows.ReadBooleanOrNull(), rows.ReadBigintOrNull(), rows.ReadTextOrNull(),
                 rows.ReadSmallintOrNull());
            var (limit, rest) = (rows.ReadBigintOrNull(), rows.ReadBigintOrNull());
            Entries += (rows.ReadBigintOrNull() ?? 0) + (Int128)(rows.ReadBigintOrNull() ?? 0);
            if (!TryReadTime(expires, out var expiresAt) || !TryReadRate(rate, out var exchangeRate))
            {
                Changed.Add($"transfer {id} has an expiry or a rate that no transfer has");
                continue;
            }

            var further = furtherLegs.GetValueOrDefault(id);
            var order = new TransferOrder(id, kind, debtor, creditor, new Money(amount, any), reference, originator)
            {
                FurtherLegs = further is null ? [] : [.. further.Select(leg => leg.Leg)],
                RelatedId = related is { } other ? new TransferId(other) : null,
                ExpiresAt = expiresAt,
                ExchangeRate = exchangeRate,
            };
            var transfer = new RecordedTransfer(
                order, reason, refusedLeg, first, further is null ? [] : [.. further.Select(leg => leg.Effect)], null,
                default)
            {
                Approval = approval,
                Exceeded = limit is null && rest is null ? null : new LimitRoom(limit ?? -1, rest ?? -1),
            };

            if (kind.HasRelated != (related is not null) || (kind.HasRelated && reason is null) != (settles is true)
                || kind.HasExpiry != (expires is not null) || kind.HasExchangeRate != (rate is not null))
            {
                Incomplete.Add($"{id}");
            }

            if (batches.TryGetValue(batchId, out var batch))
                Take(transfer, batchId, batch);
            else
                Changed.Add($"transfer {id} is of no batch");
            cancellationToken.ThrowIfCancellationRequested();
        }

        Took = Stopwatch.GetElapsedTime(started);
    }

    /// <summary>Takes over what other passes found, and looks at the batches that no pass met as a whole.</summary>
    public void Complete(IReadOnlyCollection<TransferWalk> others)
    {
        foreach (var other in others)
        {
            Entries += other.Entries;
            Paid.Add(other.Paid);
            OfTwoCurrencies.Add(other.OfTwoCurrencies);
            Incomplete.Add(other.Incomplete);
            Miscounted.Add(other.Miscounted);
            Changed.Add(other.Changed);
            foreach (var (batchId, hashes) in other._open)
            {
                if (!_open.TryAdd(batchId, hashes))
                    _open[batchId].AddRange(hashes);
            }

            Took = Took > other.Took ? Took : other.Took;
        }

        Order.Complete(others.Select(other => other.Order));
        foreach (var (batchId, batch) in batches)
        {
            var found = _open.GetValueOrDefault(batchId, []);
            if (found.Count != (batch.IsComplete ? 0 : batch.Count))
                Miscounted.Add($"{batchId}");
            else if (!batch.IsComplete)
                Compare(batchId, batch, found);
        }
    }

    /// <param name="microseconds">Since 2000; PostgreSQL's range is wider, and has infinities.</param>
    private static bool TryReadTime(long? microseconds, out DateTimeOffset? time)
    {
        time = microseconds is > 0 && microseconds <= ExpiryMax ? Epoch.AddTicks(microseconds.Value * TimeSpan.TicksPerMicrosecond) : null;
        return microseconds is null || time is not null;
    }

    private static bool TryReadRate(string? text, out decimal? rate)
    {
        rate = decimal.TryParse(text, CultureInfo.InvariantCulture, out var number) && number.ToString(CultureInfo.InvariantCulture) == text
            ? number
            : null;
        return text is null || rate is not null;
    }

    private void Take(RecordedTransfer transfer, long batchId, ChainedBatch batch)
    {
        var order = transfer.Order;
        TakeLeg(order.Id, order.DebitAccountId, order.CreditAccountId!.Value, transfer.First, batch);
        for (var i = 0; i < order.FurtherLegs.Length; i++)
        {
            var leg = order.FurtherLegs[i];
            TakeLeg(order.Id, leg.DebitAccountId, leg.CreditAccountId, transfer.Further[i], batch);
        }

        if (transfer is { Refusal: null, Approval: not (null or PaymentApproval.OwnAccount) })
            TakePayment(transfer, transfer.Approval.Value, batch.Day);
        if (!_open.TryGetValue(batchId, out var hashes))
            _open.Add(batchId, hashes = []);
        hashes.Add(TransferHash.Of(transfer, batch.HashVersion));
        if (hashes.Count == batch.Count && batch.TryComplete())
        {
            _open.Remove(batchId);
            Compare(batchId, batch, hashes);
        }
    }

    private void TakeLeg(TransferId id, long debtor, long creditor, LegEffect effect, ChainedBatch batch)
    {
        if (effect.DebitSequence == 0)
            return;
        Order.Add(debtor, effect.DebitSequence, batch.BookedAt, batch.Date);
        Order.Add(creditor, effect.CreditSequence, batch.BookedAt, batch.Date);
        if (!accounts.TryGetValue(debtor, out var one) || !accounts.TryGetValue(creditor, out var other) || one.Currency != other.Currency)
            OfTwoCurrencies.Add($"{id}");
    }

    private void TakePayment(RecordedTransfer transfer, PaymentApproval approval, int day)
    {
        var (order, number) = (transfer.Order, transfer.First.DebitSequence);
        // Nearly all. Groups for them, too, would take a twentieth of the whole proof.
        if (order.FurtherLegs is [])
        {
            if (IsToOthers(order.DebitAccountId, order.CreditAccountId!.Value))
                Paid.Add(order.DebitAccountId, number, order.Amount.Minor, approval, day);
            return;
        }

        foreach (var spent in order.AllLegs()
                     .Where(leg => IsToOthers(leg.DebitAccountId, leg.CreditAccountId))
                     .GroupBy(leg => leg.DebitAccountId, leg => leg.Amount.Minor))
        {
            Paid.Add(spent.Key, number, spent.Sum(), approval, day);
        }
    }

    private bool IsToOthers(long debtor, long creditor) =>
        !accounts.GetValueOrDefault(debtor).IsOfTheSameCustomer(accounts.GetValueOrDefault(creditor));

    private void Compare(long batchId, ChainedBatch batch, List<Sha256Value> transfers)
    {
        if (!TransferHash.OfBatch(transfers).ToArray().AsSpan().SequenceEqual(batch.Hash))
            Changed.Add($"batch {batchId}");
    }
}
