namespace BktSmart.Ledger;

/// <summary>Sets money aside.</summary>
/// <param name="ExpiresAt">When the hold ends by itself; within <see cref="LifetimeMax"/>.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.HoldCommand")]
public sealed record HoldCommand(
    [property: Id(0)] TransferId Id,
    [property: Id(1)] TransferLeg Leg,
    [property: Id(2)] DateTimeOffset ExpiresAt,
    [property: Id(3)] string Reference)
{
    public static readonly TimeSpan LifetimeMax = TimeSpan.FromDays(366);
}
