namespace BktSmart.Values;

/// <summary>The language in which the bank writes to a customer. The numbers are stored.</summary>
public enum Language
{
    Albanian = 1,
    English = 2,
}
