namespace BktSmart.Answers;

/// <summary>
/// An expected refusal: a value, not an exception. <see cref="Field"/> names the request field at fault, where there is one.
/// </summary>
[GenerateSerializer, Immutable, Alias("bktsmart.Refusal")]
public sealed record Refusal([property: Id(0)] Reason Reason, [property: Id(1)] string? Field = null);
