using System.ComponentModel.DataAnnotations;
using BktSmart.Ledger;

namespace BktSmart.Payments;

/// <summary>
/// What customers may set for payments, and how soon it holds. Section <c>Payments</c>, which <see cref="PaymentOptions"/> reads too.
/// </summary>
public sealed class PaymentSettingsOptions
{
    public const string Section = "Payments";

    /// <summary>How long limits that a customer raises do not hold yet: they begin with the first day after that. 0 to 30 d.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan LimitRaiseDelay { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// Limits that held this long ago can be restored with an FNP and without the delay: whoever lowers them with a stolen session does not
    /// shut the customer out for days. 0 to 30 d.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan LimitRestoreWindow { get; set; } = TimeSpan.FromDays(7);

    /// <summary>Trusted payees of a customer. 0 to 100: they are in each of the customer's rows of <c>bank.account</c>.</summary>
    [Range(0, 100)]
    public int TrustedPayeesMax { get; set; } = 50;

    /// <summary>
    /// When the customer reports an FNP, payees that were trusted within this time are so no longer: one of them may be the thief's. 0 to
    /// 30 d.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan TrustedPayeeProbation { get; set; } = TimeSpan.FromDays(7);
}
