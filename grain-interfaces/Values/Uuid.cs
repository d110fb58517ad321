using System.Diagnostics.CodeAnalysis;

namespace BktSmart.Values;

/// <summary>Ids that others make. <see cref="Guid"/> itself also reads blanks around them, and signs and <c>0x</c> within.</summary>
public static class Uuid
{
    /// <summary>Reads one form, in either case, and nothing beside it; the nil and the max UUID are refused.</summary>
    /// <param name="format"><c>D</c>, 36 characters, or <c>N</c>, without hyphens.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, string format, out Guid id) =>
        Guid.TryParseExact(text, format, out id)
        && id.ToString(format).Equals(text, StringComparison.OrdinalIgnoreCase)
        && id != Guid.Empty && id != Guid.AllBitsSet;
}
