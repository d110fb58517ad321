namespace BktSmart.Customers;

/// <summary>The answer to a correction that was asked for: one of the two.</summary>
/// <param name="Customer">Where there is nothing to correct.</param>
/// <param name="Pending">What another member of staff has to confirm.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.CorrectionAnswer")]
public sealed record CorrectionAnswer([property: Id(0)] Customer? Customer, [property: Id(1)] CustomerCorrection? Pending);
