namespace BktSmart.Answers;

/// <summary>The limit of an account that an order would have broken.</summary>
/// <param name="Rest">
/// The most that could have been paid instead, in the time that the limit is for: zero or more, and no more than wider limits left.
/// </param>
[GenerateSerializer, Immutable, Alias("bktsmart.ExceededLimit")]
public sealed record ExceededLimit([property: Id(0)] Money Limit, [property: Id(1)] Money Rest);
