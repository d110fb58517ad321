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

    /// <summary>Before this day in Tirana each payment needs an FNP; null for as usual.</summary>
    public DateOnly? RiskRaisedUntil { get; init; }

    /// <summary>When this was the row's state for sure: a timestamp of this process.</summary>
    public long SeenAt { get; init; }
}
