namespace BktSmart.Ledger;

/// <summary>A payment order of the app.</summary>
/// <param name="Amount">Positive, at most <see cref="Money.MaxTransferMinor"/>.</param>
/// <param name="Reference">For both sides to read; normalised, at most <see cref="ReferenceLengthMax"/> characters, may be empty.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.TransferCommand")]
public sealed record TransferCommand(
    [property: Id(0)] TransferId Id,
    [property: Id(1)] Iban Payee,
    [property: Id(2)] Money Amount,
    [property: Id(3)] string Reference)
{
    /// <summary>As in ISO 20022 unstructured remittance information.</summary>
    public const int ReferenceLengthMax = 140;
}
