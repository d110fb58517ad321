namespace BktSmart.Authentication;

/// <summary>What an attempt gives instead of an epoch. No epoch is negative, so whatever is begun on it never holds.</summary>
public static class AttemptEpoch
{
    /// <summary>Nothing was looked at or counted: as many attempts wait as may. The same attempt may come again.</summary>
    public const int Overloaded = -1;
}
