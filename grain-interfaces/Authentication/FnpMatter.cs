namespace BktSmart.Authentication;

/// <summary>What an FNP confirms, where that is more than its purpose: the FNP is good for nothing else, and the SMS names it.</summary>
/// <param name="Amount">Null where there is none.</param>
/// <param name="Account">The payee of a payment, or whose trust or limits it is about.</param>
/// <param name="Content">Everything that must not change until the FNP is given, in one form.</param>
[GenerateSerializer, Immutable, Alias("bktsmart.FnpMatter")]
public sealed record FnpMatter([property: Id(0)] Money? Amount, [property: Id(1)] Iban Account, [property: Id(2)] string Content)
{
    /// <summary>Where it is about several amounts: all of them, as the SMS names them.</summary>
    [Id(3)]
    public string? Amounts { get; init; }

    /// <summary>Null for what is not about a standing order.</summary>
    [Id(4)]
    public FnpOrder? Order { get; init; }
}
