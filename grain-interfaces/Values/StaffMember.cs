namespace BktSmart.Values;

/// <summary>Who of the bank's staff gives a command: the subject of the token of the bank's identity provider. Goes into the audit trail with every action.</summary>
[GenerateSerializer, Immutable, Alias("bktsmart.StaffMember")]
public sealed record StaffMember([property: Id(0)] string Subject);
