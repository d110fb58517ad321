namespace BktSmart.BusinessDay;

/// <summary>How far a step of end-of-day is.</summary>
/// <param name="Done">Accounts, batches or payments, of <paramref name="Total"/>.</param>
/// <param name="StartedAt">Null where it waits for the step before it.</param>
/// <param name="FinishedAt">Null until then.</param>
/// <param name="Findings">That are open.</param>
/// <param name="Runs">How often it began; more than once where it was retried.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.EndOfDayStepProgress")]
public sealed record EndOfDayStepProgress(
    [property: Id(0)] EndOfDayStep Step, [property: Id(1)] long Done, [property: Id(2)] long Total,
    [property: Id(3)] DateTimeOffset? StartedAt, [property: Id(4)] DateTimeOffset? FinishedAt, [property: Id(5)] int Findings,
    [property: Id(6)] int Runs);
