using BktSmart.Accounts;
using BktSmart.Answers;
using BktSmart.Customers;
using Orleans.Concurrency;

namespace BktSmart.Ledger;

/// <summary>Holds nothing: reads what is recorded, for the customer who ordered it. To anybody else the transfer does not exist.</summary>
[StatelessWorker, Reentrant]
internal sealed class TransferLookupGrain(LedgerStore ledger, AccountStore accounts) : Grain, ITransferLookupGrain
{
    public async Task<Result<BookedTransfer>> Get(CustomerNumber requester, TransferId id, CancellationToken cancellationToken)
    {
        if (await ledger.FindAsync(id, cancellationToken) is not { } transfer)
            return Reason.TransferNotFound;

        var ordering = transfer.Kind == TransferKind.CashDeposit ? transfer.CreditAccountId : transfer.DebitAccountId;
        var registrations = await accounts.FindAsync([transfer.DebitAccountId, transfer.CreditAccountId], cancellationToken);
        if (registrations[ordering].CustomerNumber != requester)
            return Reason.TransferNotFound;

        return transfer.Refusal is { } reason
            ? reason
            : transfer.ToBookedTransfer(registrations[transfer.DebitAccountId], registrations[transfer.CreditAccountId]);
    }
}
