using BktSmart.Authentication;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.Payments;

/// <summary>
/// Whoever had an FNP that the customer did not ask for keeps nothing by it: payees that were trusted of late are trusted no longer, limits
/// that were to rise do not, and for a while each payment needs an FNP of its own.
/// </summary>
internal sealed class PaymentRisk(IOptions<PaymentSettingsOptions> options) : IRiskEffect
{
    public IEnumerable<NpgsqlBatchCommand> OfReport(CustomerNumber customer, DateOnly? riskRaisedUntil, DateTimeOffset now) =>
    [
        // In the order in which bank.set_trusted_payee locks.
        PaymentSettingsStore.DistrustRecent(customer, now - options.Value.TrustedPayeeProbation, now),
        PaymentSettingsStore.CancelRaises(customer, now),
        PaymentSettingsStore.RaiseRisk(customer, riskRaisedUntil),
    ];

    public IEnumerable<NpgsqlBatchCommand> OfEnd(CustomerNumber customer) => [PaymentSettingsStore.RaiseRisk(customer, until: null)];
}
