using System.Text.RegularExpressions;
using BktSmart.Accounts;
using BktSmart.Ledger;

namespace BktSmart.Tests.Architecture;

/// <summary>The protos, the API and <c>docs/ledger.md</c> know all kinds, and say of them what <see cref="TransferKinds"/> says.</summary>
public sealed partial class TransferKindTest
{
    private static readonly TransferKind[] Kinds = Enum.GetValues<TransferKind>();

    [Fact]
    public void LedgerTransferKind_OfTheProto_HasAllKindsByNameAndNumber() => Assert.Equal(
        [("Unspecified", 0), .. Kinds.Select(kind => ($"{kind}", (int)kind))],
        Enum.GetValues<Staff.V1.LedgerTransferKind>().Select(kind => ($"{kind}", (int)kind)));

    /// <summary>A customer sees postings.</summary>
    [Fact]
    public void TransactionKind_OfTheProto_HasTheKindsWithPostingsByNameAndNumber() => Assert.Equal(
        [("Unspecified", 0), .. Kinds.Where(kind => kind.HasPostings).Select(kind => (NameToCustomers(kind), (int)kind))],
        Enum.GetValues<V1.TransactionKind>().Select(kind => ($"{kind}", (int)kind)));

    [Fact]
    public void ToMessage_EveryKind_KeepsItsNumberIfItHasPostings() => Assert.Equal(
        Kinds.Select(kind => (kind, kind.HasPostings ? (int)kind : 0)),
        Kinds.Select(kind => (kind, (int)AccountService.ToMessage(kind))));

    [Fact]
    public void LedgerGuide_TableOfKinds_SaysWhatEachIs() => Assert.Equal(
        Kinds.Select(kind => (
            Number: (int)kind,
            Name: UpperCase().Replace($"{kind}", " $0").TrimStart().ToLowerInvariant(),
            Postings: kind.HasPostings ? "yes" : "no",
            Expiry: kind.HasExpiry,
            Hold: kind.EndsHold,
            Back: kind.HasRelated && !kind.EndsHold,
            Rate: kind.HasExchangeRate)),
        RowOfKind().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "ledger.md"))).Select(row => (
            int.Parse(row.Groups["number"].Value, System.Globalization.CultureInfo.InvariantCulture),
            row.Groups["name"].Value,
            row.Groups["postings"].Value,
            Says(row, "expiry"),
            Says(row, "hold that it ends"),
            Says(row, "transfer that it moves back"),
            Says(row, "rate"))));

    private static string NameToCustomers(TransferKind kind) => kind == TransferKind.HoldPosting ? "HeldPayment" : $"{kind}";

    private static bool Says(Match row, string words) => row.Groups["with"].Value.Contains(words, StringComparison.Ordinal);

    [GeneratedRegex("[A-Z]")]
    private static partial Regex UpperCase();

    [GeneratedRegex(@"^\| (?<number>\d+) \| (?<name>[a-z ]+) \| (?<postings>yes|no) \| (?<with>.*)\|$", RegexOptions.Multiline)]
    private static partial Regex RowOfKind();
}
