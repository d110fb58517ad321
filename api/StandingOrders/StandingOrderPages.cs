using BktSmart.Errors;
using BktSmart.Requests;

namespace BktSmart.StandingOrders;

/// <summary>Pages of a customer's payments in advance, for the customer and for the contact centre.</summary>
internal static class StandingOrderPages
{
    /// <param name="parent">The resource name of the order.</param>
    public static string PaymentsOf(string parent) => $"{parent}/payments";

    /// <param name="list">Its resource name: <see cref="PaymentsOf"/>.</param>
    /// <param name="before">As <see cref="IStandingOrdersGrain.ListPayments"/> has it.</param>
    public static async Task<(IEnumerable<V1.StandingOrderPayment> Payments, string NextToken)> ReadPaymentsAsync(
        IGrainFactory grains, CustomerNumber customer, Guid order, string list, int count, DateOnly? before,
        CancellationToken cancellationToken)
    {
        var page = (await grains.StandingOrders(customer).ListPayments(order, before, count, cancellationToken)).OrRefuse();
        return (
            page.Payments.Select(StandingOrderService.ToMessage),
            page.HasMore ? PageToken.Create(list, page.Payments[^1].DueOn.DayNumber) : "");
    }

    public static async Task<(IEnumerable<V1.StandingOrderPayment> Payments, string NextToken)> ReadScheduledAsync(
        IGrainFactory grains, CustomerNumber customer, Iban account, int pageSize, string pageToken, CancellationToken cancellationToken)
    {
        var found = (await grains.StandingOrders(customer).ListScheduled(account, cancellationToken)).OrRefuse();
        var (page, next) = Page.Cut(found.Payments, $"{ResourceNames.Of(account)}/scheduledPayments", pageSize, pageToken);
        return (page.Select(StandingOrderService.ToMessage), next);
    }
}
