namespace BktSmart.Customers;

/// <summary>What says who a customer is, as on the identity card.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.CustomerDetails")]
public sealed record CustomerDetails([property: Id(0)] string Name, [property: Id(1)] NationalId NationalId);
