using System.Diagnostics.CodeAnalysis;

namespace BktSmart.Values;

/// <summary>
/// What a customer types to say who they are: the customer number or the NID (R3, R4). Exactly one of the two is set; the default value has
/// neither.
/// </summary>
[GenerateSerializer, Immutable, Alias("bktsmart.CustomerIdentifier")]
public readonly record struct CustomerIdentifier([property: Id(0)] CustomerNumber? Number, [property: Id(1)] NationalId? NationalId)
{
    public static bool TryParse([NotNullWhen(true)] string? text, out CustomerIdentifier identifier)
    {
        identifier = default;
        if (CustomerNumber.TryParse(text, out var number))
            identifier = new CustomerIdentifier(number, null);
        else if (Values.NationalId.TryParse(text, out var nationalId))
            identifier = new CustomerIdentifier(null, nationalId);
        else
            return false;
        return true;
    }
}
