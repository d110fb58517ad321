namespace BktSmart.BusinessDay;

/// <summary>What end-of-day did for a business date so far.</summary>
/// <param name="Steps">In their order; none for a moment after it has started, and for dates that ended before there were any.</param>
/// <param name="Totals">Of the batches that are done, by currency and kind.</param>
/// <param name="Movements">Of the accounts that are done, by currency.</param>
/// <param name="Heads">Of the ledger behind the date: a line of JSON, as of <c>silo verify</c>; null until the batches are done.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.EndOfDayReport")]
public sealed record EndOfDayReport(
    [property: Id(0)] EndOfDay Ended, [property: Id(1)] IReadOnlyList<EndOfDayStepProgress> Steps,
    [property: Id(2)] IReadOnlyList<ControlTotal> Totals, [property: Id(3)] IReadOnlyList<AccountMovement> Movements,
    [property: Id(4)] string? Heads)
{
    public bool IsClosed => Steps.Count > 0 && Steps.All(step => step.FinishedAt is not null);
}
