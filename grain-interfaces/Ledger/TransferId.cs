using System.Diagnostics.CodeAnalysis;

namespace BktSmart.Ledger;

/// <summary>
/// The id of a transfer. The client makes it (UUIDv7, which keeps the index in time order), stores it before the first attempt
/// and sends the same one with every retry. The default value is not an id.
/// </summary>
[GenerateSerializer, Immutable, Alias("bktsmart.TransferId")]
public readonly record struct TransferId([property: Id(0)] Guid Value)
{
    /// <summary>Reads the 36-character form of a UUID; the nil and the max UUID are refused.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out TransferId id)
    {
        var ok = Uuid.TryParse(text, "D", out var value);
        id = ok ? new TransferId(value) : default;
        return ok;
    }

    /// <summary>Whether a client may make it: version 7, or 4. The bank makes those that follow from others.</summary>
    public bool IsOfClient => Value is { Variant: >= 8 and <= 11, Version: 4 or 7 };

    public override string ToString() => Value.ToString("D");
}
