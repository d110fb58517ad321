using BktSmart.Ledger;

namespace BktSmart.Tests.Rules.Ledger;

/// <summary>
/// Makes orders of all kinds that have much to do with each other: the same ids again, holds and their ends, transfers and their reversals.
/// </summary>
/// <param name="accounts">Of which the first are taken most.</param>
internal sealed class OrderMaker(Draw draw, IReadOnlyList<AccountState> accounts)
{
    /// <summary>The first order under each id, in the order in which they were given.</summary>
    private readonly Dictionary<TransferId, TransferOrder> _given = [];

    private readonly List<TransferOrder> _order = [];

    public IReadOnlyList<TransferOrder> Given => _order;

    /// <param name="id">For an order that repeats none.</param>
    public TransferOrder Next(TransferId id, DateTimeOffset now)
    {
        TransferOrder order;
        switch (draw.Next(20))
        {
            case 17 when _order.Count > 0:
                return draw.Pick(_order);
            case 18 when _order.Count > 0:
                var changed = Changed(draw.Pick(_order), now);
                while (draw.Next(3) == 2)
                    changed = Changed(changed, now);
                return changed;
            case 19 when _order.Count > 0:
                // Something else altogether, under an old id.
                order = New(draw.Pick(_order).Id, now);
                break;
            default:
                order = New(id, now);
                break;
        }

        if (_given.TryAdd(order.Id, order))
            _order.Add(order);
        return order;
    }

    private TransferOrder New(TransferId id, DateTimeOffset now)
    {
        var kind = draw.Pick(Kinds);
        var (debit, credit, amount) = Leg();
        var order = new TransferOrder(
            id, kind, debit, draw.Next(24) == 23 ? null : credit, amount,
            draw.Next(8) == 7 ? "qira" : "", TestLedger.OriginatorOf(kind));
        // Whatever a customer may order one day, or the staff pay for one.
        if (draw.Next(6) == 5)
            order = order with { Originator = draw.Pick(Originators) };
        if (order.Originator.IsCustomer)
            order = order with { Confirmed = draw.Next(3) == 2 };
        if (draw.Next(12) == 11)
            order = order with { Terms = new OrderTerms(now + draw.Pick(Lifetimes), draw.Next(2) == 1) };
        switch (kind)
        {
            case TransferKind.Hold:
                return order with { ExpiresAt = now + draw.Pick(Lifetimes) };
            case TransferKind.HoldPosting or TransferKind.HoldRelease or TransferKind.HoldExpiry:
                var hold = Related(order => order.Kind == TransferKind.Hold);
                if (hold is null)
                    return order with { RelatedId = TestLedger.Id(999) };
                order = order with { RelatedId = hold.Id };
                if (draw.Next(10) == 9)
                    return order;
                var held = kind == TransferKind.HoldPosting && draw.Next(3) > 0
                    ? hold.Amount with { Minor = hold.Amount.Minor + draw.Next(40) - 30 }
                    : hold.Amount;
                return order with
                {
                    DebitAccountId = hold.DebitAccountId,
                    CreditAccountId = draw.Next(40) == 39 ? null : hold.CreditAccountId,
                    Amount = held,
                };
            case TransferKind.Reversal:
                var reversed = Related(
                    order => order.Kind is not (TransferKind.Hold or TransferKind.HoldRelease or TransferKind.HoldExpiry));
                if (reversed is null)
                    return order with { RelatedId = TestLedger.Id(999) };
                if (draw.Next(10) == 9 || reversed.CreditAccountId is null)
                    return order with { RelatedId = reversed.Id };
                return TestLedger.Reversal(0, reversed) with { Id = id, Reference = order.Reference, Originator = order.Originator };
            case TransferKind.Exchange or TransferKind.Bookkeeping:
                var further = new FurtherLeg[draw.Next(4)];
                for (var i = 0; i < further.Length; i++)
                {
                    var (from, to, moved) = Leg();
                    // Mostly a chain: what came in goes on.
                    further[i] = new FurtherLeg(draw.Next(3) > 0 && i == 0 ? credit : from, to, moved);
                }

                return order with { FurtherLegs = further, ExchangeRate = kind == TransferKind.Exchange ? draw.Pick(Rates) : null };
            default:
                return order;
        }
    }

    /// <summary>The same order with one thing changed, or nothing that counts.</summary>
    private TransferOrder Changed(TransferOrder order, DateTimeOffset now)
    {
        var account = draw.Pick(accounts).Id;
        return draw.Next(9) switch
        {
            0 => order with { Reference = order.Reference + "x" },
            1 => order with { Amount = order.Amount with { Minor = order.Amount.Minor + 1 } },
            2 => order with { DebitAccountId = account },
            3 => order with { CreditAccountId = account },
            4 when order is { RelatedId: null, ExpiresAt: null, FurtherLegs.Length: 0 } => order with
            {
                Kind = order.Kind == TransferKind.Payment ? TransferKind.Bookkeeping : TransferKind.Payment,
            },
            4 when order.Kind is TransferKind.HoldPosting or TransferKind.HoldRelease => order with { Kind = TransferKind.HoldExpiry },
            4 when order.ExchangeRate is not null => order with { ExchangeRate = draw.Pick(Rates) },
            5 when order.Kind == TransferKind.Exchange => order with
            {
                FurtherLegs = [.. order.FurtherLegs.Skip(1)],
                ExchangeRate = draw.Pick(Rates),
            },
            6 when order.Kind == TransferKind.Exchange => order with { Reference = order.Reference + "x", ExchangeRate = draw.Pick(Rates) },
            5 when order.RelatedId is not null => order with { RelatedId = draw.Pick(_order).Id },
            6 when order.ExpiresAt is not null => order with { ExpiresAt = now + draw.Pick(Lifetimes) },
            7 when order.Kind is TransferKind.Exchange or TransferKind.Bookkeeping => order with
            {
                FurtherLegs = [.. order.FurtherLegs.Skip(1)],
            },
            8 when order.ExchangeRate is not null => order with { ExchangeRate = draw.Pick(Rates) },
            // Not part of the content.
            _ when order.Originator.Staff is not null => order with { Originator = Originator.Of(new StaffMember("teller-2")) },
            _ => order with { Confirmed = !order.Confirmed },
        };
    }

    private TransferOrder? Related(Func<TransferOrder, bool> fits)
    {
        var candidates = draw.Next(12) == 11 ? _order : _order.Where(fits).ToList();
        return candidates.Count == 0 ? null : candidates[candidates.Count - 1 - draw.Next(Math.Min(candidates.Count, 6))];
    }

    private (long Debit, long Credit, Money Amount) Leg()
    {
        var debit = Account();
        var own = accounts.First(account => account.Id == debit).Currency;
        // Mostly what makes sense.
        var payees = draw.Next(8) < 7 ? accounts.Where(account => account.Currency == own && account.Id != debit).ToList() : accounts;
        var credit = draw.Pick(payees).Id;
        var currency = draw.Next(16) == 15 ? draw.Pick(Currency.All) : own;
        return (debit, credit, new Money(Amount(), currency));
    }

    private long Account() => accounts[Math.Min(draw.Next(accounts.Count), draw.Next(accounts.Count))].Id;

    private long Amount() => draw.Next(24) switch
    {
        < 14 => 1 + draw.Next(60),
        < 21 => 1 + draw.Next(250) * 4,
        21 => -draw.Next(2),
        22 => Money.MaxTransferMinor - draw.Next(2),
        _ => Money.MaxTransferMinor + 1,
    };

    private static readonly Originator[] Originators =
        [Originator.Customer, Originator.Customer, Originator.StandingOrder, Originator.Bank, Originator.Of(new StaffMember("teller-1"))];

    private static readonly TransferKind[] Kinds =
    [
        TransferKind.Payment, TransferKind.Payment, TransferKind.Payment, TransferKind.CashDeposit, TransferKind.CashWithdrawal,
        TransferKind.Hold, TransferKind.Hold, TransferKind.Hold, TransferKind.HoldPosting, TransferKind.HoldPosting,
        TransferKind.HoldRelease, TransferKind.HoldExpiry, TransferKind.Reversal, TransferKind.Reversal,
        TransferKind.Exchange, TransferKind.Exchange, TransferKind.Bookkeeping, TransferKind.Bookkeeping,
    ];

    private static readonly TimeSpan[] Lifetimes =
    [
        TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(30), TimeSpan.FromMinutes(30), TimeSpan.FromHours(1),
        TimeSpan.FromDays(366), TimeSpan.Zero, TimeSpan.FromDays(366) + TimeSpan.FromMicroseconds(1),
    ];

    private static readonly decimal?[] Rates = [97.5m, 1.0845m, 100m];
}
