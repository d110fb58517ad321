namespace BktSmart.Values;

/// <summary>
/// A password, an FNP, a full card number or a token on its way through the bank. It travels between grains and never prints itself.
/// </summary>
[GenerateSerializer, Immutable, Alias("bktsmart.Secret")]
public readonly record struct Secret([property: Id(0)] string Value)
{
    public override string ToString() => "***";
}
