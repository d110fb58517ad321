using System.ComponentModel.DataAnnotations;

namespace BktSmart.Ledger;

/// <summary>Section <c>Accounts</c>.</summary>
public sealed class AccountOptions
{
    public const string Section = "Accounts";

    /// <summary>The bank's code in Albanian IBANs: three digits.</summary>
    [RegularExpression("^[0-9]{3}$")]
    public string BankCode { get; set; } = "205";

    /// <summary>Registrations of accounts that a silo keeps in memory, at most. 100 to 10,000,000.</summary>
    [Range(100, 10_000_000)]
    public int DirectoryCacheSize { get; set; } = 200_000;
}
