using Orleans.Concurrency;

namespace BktSmart.Ledger;

/// <summary>Holds nothing: reads what is recorded, for the customer who ordered it. To anybody else the transfer does not exist.</summary>
[StatelessWorker, Reentrant]
internal sealed class TransferLookupGrain(LedgerReader ledger, AccountRegister accounts) : Grain, ITransferLookupGrain
{
    public async Task<Result<BookedTransfer>> Get(CustomerNumber requester, TransferId id, CancellationToken cancellationToken)
    {
        if (await ledger.FindAsync(id, cancellationToken) is not { } transfer)
            return Reason.TransferNotFound;

        var order = transfer.Order;
        var registrations = await accounts.FindAsync([order.DebitAccountId, order.CreditAccountId!.Value], cancellationToken);
        // The bank's own steps, such as the end of a hold, are not the customer's orders.
        if (!order.Kind.IsForCustomers
            || registrations[order.OrderingAccountId!.Value].CustomerNumber != requester)
            return Reason.TransferNotFound;

        return transfer.Answer is { } refusal
            ? refusal
            : transfer.ToBookedTransfer(registrations[order.DebitAccountId], registrations[order.CreditAccountId.Value]);
    }
}
