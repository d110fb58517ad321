namespace BktSmart.Cases;

/// <summary>Something that the contact centre has to look into.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.SupportCase")]
public sealed record SupportCase(
    [property: Id(0)] long Id, [property: Id(1)] CustomerNumber Customer, [property: Id(2)] SupportCaseKind Kind,
    [property: Id(3)] DateTimeOffset OpenedAt);
