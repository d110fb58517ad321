using BktSmart.Ledger;

namespace BktSmart.Accounts;

/// <summary>What a payment would be if it were ordered now. Nothing is decided by it, and nothing held.</summary>
/// <param name="BusinessDate">That it would have.</param>
/// <param name="NextBusinessDate">That it has if end-of-day starts before it; null where the calendar does not reach.</param>
/// <param name="EndOfDayFrom">From when on end-of-day can start.</param>
/// <param name="BalanceAfter">Of the account.</param>
/// <param name="AvailableAfter">What can be spent then.</param>
/// <param name="DayRest">That the limits leave to pay on this day.</param>
/// <param name="MonthRest">That they leave to pay in this month.</param>
/// <param name="LowValueCount">Payments of low value that go without an FNP then.</param>
/// <param name="LowValueRest">Their sum.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.TransferQuote")]
public sealed record TransferQuote(
    [property: Id(0)] DateOnly BusinessDate, [property: Id(1)] DateOnly? NextBusinessDate, [property: Id(2)] DateTimeOffset EndOfDayFrom,
    [property: Id(3)] ConfirmationCause Cause, [property: Id(4)] Money BalanceAfter, [property: Id(5)] Money AvailableAfter,
    [property: Id(6)] Money PaymentLimit, [property: Id(7)] Money DayRest, [property: Id(8)] Money MonthRest,
    [property: Id(9)] int LowValueCount, [property: Id(10)] Money LowValueRest);
