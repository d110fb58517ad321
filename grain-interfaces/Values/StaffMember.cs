using System.Text;

namespace BktSmart.Values;

/// <summary>
/// Who of the bank's staff gives a command: the subject of the token of the bank's identity provider. Goes into the audit trail, as it was
/// given, with every action. Two subjects that differ only in case, in how a letter is encoded or in spaces around them are one person, who
/// must not pass for two.
/// </summary>
[GenerateSerializer, Immutable, Alias("bktsmart.StaffMember")]
public sealed record StaffMember([property: Id(0)] string Subject)
{
    private string Person => Subject.Trim().Normalize(NormalizationForm.FormKC).ToUpperInvariant();

    public bool Equals(StaffMember? other) => other is not null && string.Equals(Person, other.Person, StringComparison.Ordinal);

    public override int GetHashCode() => Person.GetHashCode(StringComparison.Ordinal);
}
