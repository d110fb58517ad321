namespace BktSmart.Values;

/// <summary>Whom customers call, day and night.</summary>
public static class ContactCentrePhone
{
    /// <summary>E.164.</summary>
    public const string Number = "+35542266288";

    /// <summary>As people write it.</summary>
    public const string Readable = "+355 4 2266 288";
}
