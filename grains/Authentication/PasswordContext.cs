namespace BktSmart.Authentication;

/// <summary>The customer's own data, which those who know the customer try first.</summary>
internal sealed record PasswordContext(CustomerNumber Number, NationalId NationalId, string Name, PhoneNumber Phone)
{
    /// <summary>In letters or digits. What is shorter is in too many words that have nothing to do with the customer.</summary>
    private const int PartLengthMin = 4;

    /// <summary>In digits (E.164): what follows so many is the national number or, of a country with a shorter code, its end.</summary>
    private const int CallingCodeLengthMax = 3;

    /// <summary>Folded, of any length.</summary>
    public IEnumerable<string> NameParts { get; } =
        [.. string.Concat(FoldedText.Of(Name).Select(c => char.IsLetter(c) ? c : ' ')).Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    /// <summary>Personal data does not print.</summary>
    public override string ToString() => nameof(PasswordContext);

    /// <summary>Numbers are found however they are grouped: 067 212 3456.</summary>
    public bool IsIn(string text)
    {
        var folded = FoldedText.Of(text);
        var ungrouped = string.Concat(folded.Where(char.IsLetterOrDigit));
        string[] numbers = [Number.ToString(), FoldedText.Of(NationalId.Value), string.Concat(Phone.Value.Skip(1 + CallingCodeLengthMax))];
        return NameParts.Any(part => Contains(folded, part)) || numbers.Any(number => Contains(ungrouped, number));
    }

    private static bool Contains(string text, string part) => part.Length >= PartLengthMin && text.Contains(part, StringComparison.Ordinal);
}
