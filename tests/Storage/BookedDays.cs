using BktSmart.BusinessDay;
using BktSmart.Ledger;
using BktSmart.Tests.Infrastructure;
using BktSmart.Time;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>The rows of a ledger and of its ended dates, as they stand, and what has to hold between them.</summary>
internal sealed class BookedDays
{
    /// <summary>A date does not end before this hour, also where a silo's clock is ahead, or the database's was set back.</summary>
    private static readonly TimeSpan EarliestEnd = new(18, 30, 0);

    private readonly Dictionary<long, string> _currencies;
    private readonly List<Batch> _batches;
    private readonly Dictionary<Guid, Transfer> _transfers;
    private readonly List<Posting> _postings;
    private readonly List<Ended> _ended;
    private readonly List<DateOnly> _audited;
    private readonly List<Payment> _payments;
    private readonly DateOnly _open;
    private readonly Dictionary<DateOnly, bool> _exceptions;

    private BookedDays(
        Dictionary<long, string> currencies, List<Batch> batches, Dictionary<Guid, Transfer> transfers, List<Posting> postings,
        List<Ended> ended, List<DateOnly> audited, List<Payment> payments, DateOnly open, Dictionary<DateOnly, bool> exceptions) =>
        (_currencies, _batches, _transfers, _postings, _ended, _audited, _payments, _open, _exceptions) =
        (currencies, batches, transfers, postings, ended, audited, payments, open, exceptions);

    public IEnumerable<DateOnly> Dates => _ended.Select(ended => ended.Date);

    public static async Task<BookedDays> ReadAsync(NpgsqlDataSource database) => new(
        (await ReadAsync(
            database, "select account_id, currency from bank.account",
            row => (Id: row.GetInt64(0), Currency: row.GetString(1)))).ToDictionary(row => row.Id, row => row.Currency),
        await ReadAsync(
            database, """
                select batch_id, chain, number, booked_at, business_date, silo
                  from bank.batch
                  join bank.chain using (chain)
                 order by batch_id
                """,
            row => new Batch(
                row.GetInt64(0), row.GetInt32(1), row.GetInt64(2), Moment(row, 3), row.GetFieldValue<DateOnly>(4), row.GetString(5))),
        (await ReadAsync(
            database, "select transfer_id, batch_id, kind, reason, debit_account_id, amount_minor, originator from bank.transfer",
            row => new Transfer(
                row.GetGuid(0), row.GetInt64(1), (TransferKind)row.GetInt16(2), row.IsDBNull(3) ? null : (Reason)row.GetInt16(3),
                row.GetInt64(4), row.GetInt64(5), (OriginatorKind)row.GetInt16(6)))).ToDictionary(transfer => transfer.Id),
        await ReadAsync(
            database, """
                select account_id, sequence_number, transfer_id, amount_minor, booked_at, business_date
                  from bank.posting
                 order by account_id, sequence_number
                """,
            row => new Posting(
                row.GetInt64(0), row.GetInt64(1), row.GetGuid(2), row.GetInt64(3), Moment(row, 4), row.GetFieldValue<DateOnly>(5))),
        await ReadAsync(
            database, "select business_date, next_date, started_at, started_by from bank.end_of_day order by started_at",
            row => new Ended(
                row.GetFieldValue<DateOnly>(0), row.GetFieldValue<DateOnly>(1), Moment(row, 2), row.IsDBNull(3) ? null : row.GetString(3))),
        await ReadAsync(
            database, "select (detail->>'ending')::date from bank.audit where action = 'start-end-of-day' order by 1",
            row => row.GetFieldValue<DateOnly>(0)),
        await ReadAsync(
            database, "select due_on, state <> 1 from bank.standing_order_payment",
            row => new Payment(row.GetFieldValue<DateOnly>(0), row.GetBoolean(1))),
        await TestDatabase.ReadAsync<DateOnly>(database, "select business_date from bank.business_day"),
        (await ReadAsync(
            database, "select day, works from bank.calendar_day",
            row => (Day: row.GetFieldValue<DateOnly>(0), Works: row.GetBoolean(1)))).ToDictionary(row => row.Day, row => row.Works));

    /// <summary>Each posting has the date and the time of its batch, and the batches of a date are one stretch of all batches.</summary>
    public void AssertDatesOfBookings()
    {
        var batches = _batches.ToDictionary(batch => batch.Id);
        Assert.All(_postings, posting =>
        {
            var batch = batches[_transfers[posting.TransferId].BatchId];
            Assert.Equal((batch.Date, batch.BookedAt), (posting.Date, posting.BookedAt));
        });
        AssertRising(_batches, batch => batch.Date);
        foreach (var chain in _batches.GroupBy(batch => batch.Chain))
        {
            var inOrder = chain.OrderBy(batch => batch.Number).ToList();
            Assert.Equal(Enumerable.Range(1, inOrder.Count).Select(number => (long)number), inOrder.Select(batch => batch.Number));
            AssertRising(inOrder, batch => batch.Date);
            AssertRising(inOrder, batch => batch.BookedAt);
        }

        foreach (var account in _postings.GroupBy(posting => posting.AccountId))
        {
            AssertRising(account, posting => posting.Date);
            AssertRising(account, posting => posting.BookedAt);
        }

        foreach (var ended in _ended)
        {
            Assert.All(
                _batches, batch => Assert.True(
                    batch.Date <= ended.Date ? batch.BookedAt < ended.StartedAt : batch.BookedAt >= ended.StartedAt,
                    $"{batch} and {ended}"));
        }
    }

    /// <summary>Each business day was open once, until its evening, and each end says who next is.</summary>
    /// <param name="first">The first business date.</param>
    public void AssertDatesFollow(DateOnly first)
    {
        var expected = new List<(DateOnly, DateOnly)>();
        for (var date = first; date < _open;)
        {
            var next = date.AddDays(1);
            while (!Works(next))
                next = next.AddDays(1);
            expected.Add((date, next));
            date = next;
        }

        Assert.Equal(expected, _ended.Select(ended => (ended.Date, ended.Next)));
        Assert.Equal(_open, _ended.Count > 0 ? _ended[^1].Next : first);
        // Whoever was too late did not start it.
        Assert.Equal(_ended.Where(ended => ended.StartedBy is not null).Select(ended => ended.Date), _audited);
        Assert.All(_ended, ended => Assert.True(ended.StartedAt >= BankTime.At(ended.Date, EarliestEnd), $"{ended}"));
    }

    /// <summary>A silo that was declared dead books no more.</summary>
    public void AssertFences(IReadOnlyDictionary<string, long> lastBatches) => Assert.All(
        _batches, batch => Assert.True(batch.Id <= lastBatches.GetValueOrDefault(batch.Silo, long.MaxValue), $"{batch}"));

    public void AssertMoneyIsConserved() => Assert.All(
        _postings.GroupBy(posting => _currencies[posting.AccountId]),
        currency => Assert.Equal((currency.Key, 0), (currency.Key, currency.Sum(posting => posting.AmountMinor))));

    /// <summary>What clients heard is what stands there, and but for standing orders nothing else does.</summary>
    /// <param name="before">What was booked before they came.</param>
    public void AssertAnswers(IReadOnlyDictionary<TransferId, RecordedTransfer> recorded, IReadOnlySet<Guid> before)
    {
        var batches = _batches.ToDictionary(batch => batch.Id);
        var postings = _postings.ToLookup(posting => posting.TransferId);
        Assert.Equal(
            recorded.Keys.Select(id => id.Value).Order(),
            _transfers.Values.Where(transfer => transfer.Originator != OriginatorKind.StandingOrder && !before.Contains(transfer.Id))
                .Select(transfer => transfer.Id).Order());
        Assert.All(recorded.Values, answer =>
        {
            var (transfer, order) = (_transfers[answer.Id.Value], answer.Order);
            var batch = batches[transfer.BatchId];
            Assert.Equal(
                (answer.Refusal, answer.BusinessDate, answer.BookedAt, order.Kind, order.Amount.Minor),
                (transfer.Reason, batch.Date, batch.BookedAt, transfer.Kind, transfer.AmountMinor));
            var moved = answer.Refusal is null && order.Kind.HasPostings
                ? order.AllLegs().SelectMany(leg => ((long, long)[])
                    [(leg.DebitAccountId, -leg.Amount.Minor), (leg.CreditAccountId, leg.Amount.Minor)])
                : [];
            Assert.Equal(moved.Order(), postings[answer.Id.Value].Select(posting => (posting.AccountId, posting.AmountMinor)).Order());
        });
    }

    /// <summary>A date that ended is closed, without findings, and what was counted is what stands there.</summary>
    public void AssertClosed(EndOfDayReport report)
    {
        var date = report.Ended.BusinessDate;
        Assert.True(report.IsClosed, $"{date} is not closed: {string.Join(", ", report.Steps)}");
        Assert.Equal(TotalsOf(date), report.Totals.Select(total => $"{total}"));
        Assert.Equal(MovementsOf(date), report.Movements.Select(movement => $"{movement}"));
        var payments = _payments.Where(payment => payment.DueOn <= date && _ended.All(
            ended => ended.Date >= date || ended.Date < payment.DueOn)).ToList();
        Assert.All(payments, payment => Assert.True(payment.IsDecided, $"{payment}"));
        Assert.All(report.Steps, step => Assert.Equal((step.Total, 0), (step.Done, step.Findings)));
        Assert.Equal(payments.Count, report.Steps.Single(step => step.Step == EndOfDayStep.Payments).Total);
        // Only a payment may have had no outcome for a while.
        Assert.All(report.Steps, step => Assert.True(step.Runs == 1 || step.Step == EndOfDayStep.Payments, $"{step}"));
    }

    /// <summary>Of transfers with postings by those, and of the others by themselves.</summary>
    private IEnumerable<string> TotalsOf(DateOnly date)
    {
        var credited = _postings.Where(posting => posting.Date == date && posting.AmountMinor > 0)
            .Select(posting => (
                Currency: _currencies[posting.AccountId], Transfer: _transfers[posting.TransferId], posting.AmountMinor, Legs: 1));
        var batches = _batches.Where(batch => batch.Date == date).Select(batch => batch.Id).ToHashSet();
        var held = _transfers.Values
            .Where(transfer => transfer.Reason is null && !transfer.Kind.HasPostings && batches.Contains(transfer.BatchId))
            .Select(transfer => (Currency: _currencies[transfer.DebitAccountId], Transfer: transfer, transfer.AmountMinor, Legs: 0));
        return
            from part in credited.Concat(held)
            group part by (part.Currency, part.Transfer.Kind) into total
            orderby total.Key.Currency, total.Key.Kind
            select $"{new ControlTotal(
                Currency.Parse(total.Key.Currency), total.Key.Kind,
                total.Select(part => part.Transfer).Distinct().Count(of => _currencies[of.DebitAccountId] == total.Key.Currency),
                total.Sum(part => part.Legs), total.Sum(part => part.AmountMinor))}";
    }

    private IEnumerable<string> MovementsOf(DateOnly date) =>
        from posting in _postings
        where posting.Date == date
        group posting by _currencies[posting.AccountId] into moved
        orderby moved.Key
        select $"{new AccountMovement(
            Currency.Parse(moved.Key), moved.Select(posting => posting.AccountId).Distinct().LongCount(), moved.Count(),
            moved.Sum(posting => Math.Max(-posting.AmountMinor, 0)), moved.Sum(posting => Math.Max(posting.AmountMinor, 0)))}";

    private bool Works(DateOnly day) =>
        _exceptions.TryGetValue(day, out var works) ? works : day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday);

    private static void AssertRising<TRow, TKey>(IEnumerable<TRow> rows, Func<TRow, TKey> key)
        where TKey : IComparable<TKey>
    {
        foreach (var (before, after) in rows.Zip(rows.Skip(1)))
            Assert.True(key(before).CompareTo(key(after)) <= 0, $"{after} comes after {before}");
    }

    private static DateTimeOffset Moment(NpgsqlDataReader row, int column) => row.GetFieldValue<DateTimeOffset>(column);

    private static async Task<List<TRow>> ReadAsync<TRow>(NpgsqlDataSource database, string query, Func<NpgsqlDataReader, TRow> read)
    {
        await using var command = database.CreateCommand(query);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<TRow>();
        while (await reader.ReadAsync())
            rows.Add(read(reader));
        return rows;
    }

    private sealed record Batch(long Id, int Chain, long Number, DateTimeOffset BookedAt, DateOnly Date, string Silo);

    private sealed record Transfer(
        Guid Id, long BatchId, TransferKind Kind, Reason? Reason, long DebitAccountId, long AmountMinor, OriginatorKind Originator);

    private sealed record Posting(
        long AccountId, long SequenceNumber, Guid TransferId, long AmountMinor, DateTimeOffset BookedAt, DateOnly Date);

    private sealed record Ended(DateOnly Date, DateOnly Next, DateTimeOffset StartedAt, string? StartedBy);

    /// <summary>Of a standing order.</summary>
    private sealed record Payment(DateOnly DueOn, bool IsDecided);
}
