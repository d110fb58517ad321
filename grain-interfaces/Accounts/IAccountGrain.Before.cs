using BktSmart.Authentication;
using BktSmart.Ledger;

namespace BktSmart.Accounts;

// For API nodes of the version before, whose orders have no last moment. It goes with the next version.
public partial interface IAccountGrain
{
    [Alias("Transfer")]
    Task<Result<BookedTransfer>> Transfer(CustomerNumber requester, TransferCommand command, CancellationToken cancellationToken);

    [Alias("TransferConfirmed")]
    Task<Result<BookedTransfer>> TransferConfirmed(
        Requester requester, TransferCommand command, Confirmation confirmation, CancellationToken cancellationToken);

    [Alias("MoveCash")]
    Task<Result<BookedTransfer>> MoveCash(
        StaffMember staff, CashDirection direction, CashCommand command, CancellationToken cancellationToken);
}
