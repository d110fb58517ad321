namespace BktSmart.Ledger;

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
    public void Restore(StandingAfter standing) =>
        (SequenceNumber, BalanceMinor, HeldMinor) = (standing.SequenceNumber, standing.BalanceMinor, standing.HeldMinor);

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
