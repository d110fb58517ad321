namespace BktSmart.Authentication;

/// <summary>For whom an FNP is, and from which epoch of the credentials.</summary>
internal sealed record FnpBegun(CustomerNumber Customer, int Epoch);
