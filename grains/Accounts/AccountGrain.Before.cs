using BktSmart.Authentication;
using BktSmart.Ledger;

namespace BktSmart.Accounts;

// As IAccountGrain.Before.cs says.
internal sealed partial class AccountGrain
{
    public Task<Result<BookedTransfer>> Transfer(
        CustomerNumber requester, TransferCommand command, CancellationToken cancellationToken) =>
        Transfer(requester, command, OrderTerms.Unlimited, cancellationToken);

    public Task<Result<BookedTransfer>> TransferConfirmed(
        Requester requester, TransferCommand command, Confirmation confirmation, CancellationToken cancellationToken) =>
        TransferConfirmed(requester, command, confirmation, OrderTerms.Unlimited, cancellationToken);

    public Task<Result<BookedTransfer>> MoveCash(
        StaffMember staff, CashDirection direction, CashCommand command, CancellationToken cancellationToken) =>
        MoveCash(staff, direction, command, OrderTerms.Unlimited, cancellationToken);
}
