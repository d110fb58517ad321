namespace BktSmart.Payments;

/// <summary>A payee to whom payments need no FNP.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.TrustedPayee")]
public sealed record TrustedPayee([property: Id(0)] Iban Iban, [property: Id(1)] DateTimeOffset AddedAt);
