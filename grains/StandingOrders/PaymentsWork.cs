using BktSmart.BusinessDay;

namespace BktSmart.StandingOrders;

/// <summary>Sees to it that each payment that was due by a business date is one, and has its outcome.</summary>
internal sealed class PaymentsWork(EndOfDayStore store, StandingOrderPayer payer) : IEndOfDayWork
{
    public EndOfDayStep Step => EndOfDayStep.Payments;

    public async Task DoPartAsync(OpenStep step, CancellationToken cancellationToken)
    {
        if (await payer.MakeDueAsync(cancellationToken) == 0)
            await store.ClosePaymentsAsync(step.BusinessDate, cancellationToken);
    }
}
