namespace BktSmart.Authentication;

/// <summary>For whom an FNP is, and from which epoch of the credentials.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.FnpBegun")]
public sealed record FnpBegun([property: Id(0)] CustomerNumber Customer, [property: Id(1)] int Epoch);
