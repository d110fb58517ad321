using BktSmart.Authentication;
using Microsoft.Extensions.Options;
using Npgsql;

namespace BktSmart.Payments;

/// <summary>
/// Whoever had an FNP that the customer did not ask for keeps nothing by it: payees that were trusted of late are trusted no longer, and
/// limits that were to rise do not.
/// </summary>
internal sealed class DistrustAfterFnpReport(IOptions<PaymentSettingsOptions> options) : IFnpReportEffect
{
    public IEnumerable<NpgsqlBatchCommand> Of(CustomerNumber customer, DateTimeOffset now) =>
    [
        // In the order in which bank.set_trusted_payee locks.
        PaymentSettingsStore.DistrustRecent(customer, now - options.Value.TrustedPayeeProbation, now),
        PaymentSettingsStore.CancelRaises(customer, now),
    ];
}
