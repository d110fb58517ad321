using BktSmart.Ledger;

namespace BktSmart.Tests.Rules.Ledger;

/// <summary>The checks of the ledger in their order: where an order fails several, the first is the answer.</summary>
internal enum Check
{
    ReusedKind,
    ReusedRelated,
    ReusedOrderingAccount,
    ReusedAmount,
    ReusedOtherAccount,
    ReusedLegs,
    ReusedExpiry,
    ReusedRate,
    ReusedReference,

    AmountNotPositive,
    AmountTooLarge,
    SameAccount,
    DebtorOfOtherCurrency,
    NoPayee,

    /// <summary>Of a payment.</summary>
    PayeeOfOtherCurrency,

    /// <summary>Of anything else.</summary>
    CreditorOfOtherCurrency,

    /// <summary>A hold that would end in the past, or too late.</summary>
    HoldExpiryInvalid,
    HoldNotFound,

    /// <summary>The end of a hold by time, before its time.</summary>
    HoldNotOver,
    TransferNotFound,

    OrderTooLate,

    /// <summary>It only settles its id.</summary>
    Abandoned,

    HoldAlreadyPosted,
    HoldAlreadyReleased,
    HoldAlreadyExpired,

    /// <summary>The hold's time is over, though nobody has ended it yet.</summary>
    HoldIsOver,
    HoldAmountExceeded,
    ReversalNotPossible,
    AlreadyReversed,

    PayeeCannotReceive,
    AccountFrozen,
    AccountClosed,
    PaymentLimitExceeded,
    DailyLimitExceeded,
    MonthlyLimitExceeded,
    InsufficientFunds,
    BalanceOverflow,

    /// <summary>The last: an FNP is asked for where nothing else is in the way.</summary>
    ConfirmationRequired,
}

internal static class Checks
{
    public static readonly IReadOnlyList<Check> All = Enum.GetValues<Check>();
    public static readonly IReadOnlyList<TransferKind> AllKinds = Enum.GetValues<TransferKind>();
    private static readonly TransferKind[] Ends = [TransferKind.HoldPosting, TransferKind.HoldRelease, TransferKind.HoldExpiry];

    public static Reason Reason(this Check check) => check switch
    {
        <= Check.ReusedReference => Answers.Reason.TransferIdReused,
        Check.AmountNotPositive => Answers.Reason.AmountNotPositive,
        Check.AmountTooLarge => Answers.Reason.AmountTooLarge,
        Check.SameAccount => Answers.Reason.SameAccount,
        Check.DebtorOfOtherCurrency or Check.CreditorOfOtherCurrency => Answers.Reason.CurrencyMismatch,
        Check.NoPayee or Check.PayeeOfOtherCurrency or Check.PayeeCannotReceive => Answers.Reason.PayeeCannotReceive,
        Check.HoldExpiryInvalid or Check.HoldNotOver => Answers.Reason.HoldExpiryInvalid,
        Check.HoldNotFound => Answers.Reason.HoldNotFound,
        Check.TransferNotFound => Answers.Reason.TransferNotFound,
        Check.OrderTooLate => Answers.Reason.OrderTooLate,
        Check.Abandoned => Answers.Reason.Abandoned,
        Check.HoldAlreadyPosted => Answers.Reason.HoldAlreadyPosted,
        Check.HoldAlreadyReleased => Answers.Reason.HoldAlreadyReleased,
        Check.HoldAlreadyExpired or Check.HoldIsOver => Answers.Reason.HoldExpired,
        Check.HoldAmountExceeded => Answers.Reason.HoldAmountExceeded,
        Check.AlreadyReversed => Answers.Reason.AlreadyReversed,
        Check.ReversalNotPossible => Answers.Reason.ReversalNotPossible,
        Check.AccountFrozen => Answers.Reason.AccountFrozen,
        Check.AccountClosed => Answers.Reason.AccountClosed,
        Check.PaymentLimitExceeded => Answers.Reason.PaymentLimitExceeded,
        Check.DailyLimitExceeded => Answers.Reason.DailyLimitExceeded,
        Check.MonthlyLimitExceeded => Answers.Reason.MonthlyLimitExceeded,
        Check.InsufficientFunds => Answers.Reason.InsufficientFunds,
        Check.BalanceOverflow => Answers.Reason.BalanceOverflow,
        Check.ConfirmationRequired => Answers.Reason.ConfirmationRequired,
        _ => throw new ArgumentOutOfRangeException(nameof(check), check, null),
    };

    public static bool IsReused(this Check check) => check <= Check.ReusedReference;

    /// <summary>A refusal that stays: all that depends on what changes, but for the FNP that is still to come.</summary>
    public static bool IsRecorded(this Check check) => check is >= Check.Abandoned and not Check.ConfirmationRequired;

    /// <summary>The kinds of order that a check is made of. What releases a hold moves no money, so no account is asked.</summary>
    public static IReadOnlyList<TransferKind> Kinds(this Check check) => check switch
    {
        Check.PayeeOfOtherCurrency => [TransferKind.Payment],
        Check.CreditorOfOtherCurrency => [.. AllKinds.Except([TransferKind.Payment])],
        Check.ReusedRelated => [.. Ends, TransferKind.Reversal],
        Check.ReusedLegs => [TransferKind.Reversal, TransferKind.Exchange, TransferKind.Bookkeeping],
        Check.ReusedExpiry or Check.HoldExpiryInvalid => [TransferKind.Hold],
        Check.ReusedRate => [TransferKind.Exchange],
        Check.HoldNotOver => [TransferKind.HoldExpiry],
        Check.HoldIsOver => [TransferKind.HoldPosting, TransferKind.HoldRelease],
        Check.HoldNotFound or (>= Check.HoldAlreadyPosted and <= Check.HoldAmountExceeded) => Ends,
        Check.TransferNotFound or Check.AlreadyReversed or Check.ReversalNotPossible => [TransferKind.Reversal],
        (>= Check.PaymentLimitExceeded and <= Check.MonthlyLimitExceeded) or Check.ConfirmationRequired => [TransferKind.Payment],
        >= Check.PayeeCannotReceive => [.. AllKinds.Except([TransferKind.HoldRelease, TransferKind.HoldExpiry])],
        _ => AllKinds,
    };

    /// <summary>Why no order can fail both checks; null where one can.</summary>
    public static string? WhyNotBoth(Check first, Check second) => (first, second) switch
    {
        (Check.AmountNotPositive, Check.AmountTooLarge) => "there is one amount",
        (Check.AmountNotPositive, Check.HoldAmountExceeded) => "what is held is above zero",
        (Check.AmountNotPositive, >= Check.PaymentLimitExceeded and <= Check.BalanceOverflow) => "moving nothing needs no room",
        (Check.SameAccount, Check.NoPayee) => "without a payee there are no two accounts to compare",
        (Check.SameAccount, (>= Check.PaymentLimitExceeded and <= Check.MonthlyLimitExceeded) or Check.ConfirmationRequired) =>
            "nothing is asked of what goes to an own account",
        (Check.NoPayee, Check.PayeeOfOtherCurrency or Check.CreditorOfOtherCurrency or Check.PayeeCannotReceive
            or (>= Check.PaymentLimitExceeded and <= Check.MonthlyLimitExceeded) or Check.ConfirmationRequired) =>
            "there is no payee to ask",
        (>= Check.HoldExpiryInvalid and <= Check.TransferNotFound, Check.Abandoned) =>
            "to settle an id, nobody asks what its order is about",
        (Check.TransferNotFound, Check.AlreadyReversed or Check.ReversalNotPossible) => "nothing is known of what was not found",
        (Check.HoldNotOver, Check.HoldAlreadyExpired) => "time does not go back",
        (Check.HoldAlreadyPosted, Check.HoldAlreadyReleased or Check.HoldAlreadyExpired)
            or (Check.HoldAlreadyReleased, Check.HoldAlreadyExpired) => "a hold ends once",
        _ => first.Kinds().Intersect(second.Kinds()).Any() ? null : "no kind of order is asked both",
    };

    /// <summary>All pairs, the first check first, that one order can fail.</summary>
    public static IEnumerable<(Check First, Check Second)> Pairs() =>
        from first in All from second in All where first < second && WhyNotBoth(first, second) is null select (first, second);
}
