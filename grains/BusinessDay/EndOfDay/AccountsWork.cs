using Microsoft.Extensions.Options;

namespace BktSmart.BusinessDay;

/// <summary>Ties the accounts that moved from their opening to their closing balances.</summary>
internal sealed class AccountsWork(EndOfDayStore store, IOptions<EndOfDayOptions> options) : IEndOfDayWork
{
    public EndOfDayStep Step => EndOfDayStep.Accounts;

    public Task DoPartAsync(OpenStep step, CancellationToken cancellationToken) =>
        store.TieAccountsAsync(step.BusinessDate, options.Value.AccountsAtOnce, cancellationToken);
}
