using BktSmart.Accounts;
using BktSmart.Payments;

namespace BktSmart.Ledger;

/// <summary>A row of <c>bank.account</c>, as it was at a version. The version moves on with every change of the row.</summary>
/// <param name="CustomerNumber">Null for an account of the bank.</param>
/// <param name="BookedAt">Of its last batch, UTC; the database's clock.</param>
/// <param name="FloorMinor">The lowest that the balance less what is held may be; null for none.</param>
internal sealed record AccountState(
    long Id, Currency Currency, int? CustomerNumber, long? FloorMinor, AccountFreeze Freeze, bool Closed,
    long BalanceMinor, long HeldMinor, long SequenceNumber, long Version, DateTime BookedAt)
{
    public PaymentCounters Paid { get; init; }

    /// <summary>Null for the bank's.</summary>
    public PaymentLimits? Limits { get; init; }

    public NextPaymentLimits? NextLimits { get; init; }

    /// <summary>Accounts that its customer trusts, by their ids.</summary>
    public IReadOnlyList<long> TrustedPayees { get; init; } = [];

    /// <summary>When this was the row's state for sure: a timestamp of this process.</summary>
    public long SeenAt { get; init; }
}

/// <summary>An account while a batch is decided.</summary>
internal sealed class LockedAccount(AccountState state)
{
    /// <summary>As the batch found it.</summary>
    public AccountState Before { get; } = state;

    public long Id => Before.Id;

    public long BalanceMinor { get; private set; } = state.BalanceMinor;

    public long HeldMinor { get; private set; } = state.HeldMinor;

    public long SequenceNumber { get; private set; } = state.SequenceNumber;

    public PaymentCounters Paid { get; private set; } = state.Paid;

    public StandingAfter Standing => new(SequenceNumber, BalanceMinor, HeldMinor);

    /// <summary>Wide, because an account of the bank may be anywhere in the range of 64 bits.</summary>
    public Int128 AvailableMinor => (Int128)BalanceMinor - HeldMinor;

    public void Post(long amountMinor)
    {
        BalanceMinor += amountMinor;
        SequenceNumber++;
    }

    public void Hold(long amountMinor) => HeldMinor += amountMinor;

    public void Count(PaymentCounters paid) => Paid = paid;

    /// <summary>Takes back what a refused order did before the leg that failed.</summary>
    public void Restore(StandingAfter standing) => (SequenceNumber, BalanceMinor, HeldMinor) = (standing.SequenceNumber, standing.BalanceMinor, standing.HeldMinor);

    /// <summary>As the committed batch left it.</summary>
    public AccountState After(DateTime bookedAt, long seenAt) => Before with
    {
        BalanceMinor = BalanceMinor,
        HeldMinor = HeldMinor,
        SequenceNumber = SequenceNumber,
        Paid = Paid,
        Version = Before.Version + 1,
        BookedAt = bookedAt,
        SeenAt = seenAt,
    };
}
