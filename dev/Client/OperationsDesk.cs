using BktSmart.Staff.V1;
using BktSmart.V1;
using Google.Protobuf.WellKnownTypes;

namespace BktSmart.Dev.Client;

/// <summary>
/// What the operations desk does with the ledger, one call each. Ids come from the caller where a repetition must be the same order.
/// </summary>
public sealed class OperationsDesk(LedgerService.LedgerServiceClient service)
{
    /// <summary>For calls that have no method here.</summary>
    public LedgerService.LedgerServiceClient Service => service;

    public async Task<LedgerTransfer> BookAsync(
        IEnumerable<TransferLeg> legs, string reference = "", Guid? transferId = null, CancellationToken cancellationToken = default)
    {
        var request = new CreateLinkedTransferRequest { TransferId = Id(transferId), Legs = { legs }, Reference = reference };
        return (await service.CreateLinkedTransferAsync(request, cancellationToken: cancellationToken)).Transfer;
    }

    /// <param name="source">accounts/{number}, like every account here.</param>
    /// <param name="target">In another currency.</param>
    /// <param name="sourceAmount">What leaves the source.</param>
    /// <param name="targetAmount">What the target gets.</param>
    /// <param name="rate">Units of the target's currency for one of the source's.</param>
    /// <param name="reference">For both sides to read.</param>
    /// <param name="transferId">A new one if it is null.</param>
    /// <param name="cancellationToken">Ends the wait, not the order.</param>
    public async Task<LedgerTransfer> ExchangeAsync(
        string source, string target, Money sourceAmount, Money targetAmount, string rate, string reference = "", Guid? transferId = null,
        CancellationToken cancellationToken = default)
    {
        var request = new CreateExchangeRequest
        {
            TransferId = Id(transferId),
            SourceAccount = source,
            TargetAccount = target,
            SourceAmount = sourceAmount,
            TargetAmount = targetAmount,
            ExchangeRate = rate,
            Reference = reference,
        };
        return (await service.CreateExchangeAsync(request, cancellationToken: cancellationToken)).Transfer;
    }

    public async Task<LedgerTransfer> HoldAsync(
        TransferLeg leg, DateTimeOffset expireTime, string reference = "", Guid? transferId = null,
        CancellationToken cancellationToken = default)
    {
        var request = new CreateHoldRequest
        {
            TransferId = Id(transferId),
            Leg = leg,
            ExpireTime = Timestamp.FromDateTimeOffset(expireTime),
            Reference = reference,
        };
        return (await service.CreateHoldAsync(request, cancellationToken: cancellationToken)).Hold;
    }

    /// <param name="hold">transfers/{transfer_id}.</param>
    /// <param name="minorUnits">Null for all of it.</param>
    /// <param name="transferId">A new one if it is null.</param>
    /// <param name="cancellationToken">Ends the wait, not the order.</param>
    public async Task<LedgerTransfer> PostHoldAsync(
        string hold, long? minorUnits = null, Guid? transferId = null, CancellationToken cancellationToken = default)
    {
        var request = new PostHoldRequest { TransferId = Id(transferId), Hold = hold };
        if (minorUnits is { } part)
            request.AmountMinorUnits = part;
        return (await service.PostHoldAsync(request, cancellationToken: cancellationToken)).Transfer;
    }

    public async Task<LedgerTransfer> ReleaseHoldAsync(string hold, Guid? transferId = null, CancellationToken cancellationToken = default)
    {
        var request = new ReleaseHoldRequest { TransferId = Id(transferId), Hold = hold };
        return (await service.ReleaseHoldAsync(request, cancellationToken: cancellationToken)).Transfer;
    }

    public async Task<LedgerTransfer> ReverseAsync(
        string transfer, string reference = "", Guid? transferId = null, CancellationToken cancellationToken = default)
    {
        var request = new ReverseTransferRequest { TransferId = Id(transferId), Transfer = transfer, Reference = reference };
        return (await service.ReverseTransferAsync(request, cancellationToken: cancellationToken)).Transfer;
    }

    public async Task<LedgerTransfer> GetTransferAsync(string name, CancellationToken cancellationToken = default) =>
        (await service.GetLedgerTransferAsync(new GetLedgerTransferRequest { Name = name }, cancellationToken: cancellationToken)).Transfer;

    /// <summary>Balances at one point in the order of bookings, in the order of the names.</summary>
    public async Task<IReadOnlyList<LedgerBalance>> GetBalancesAsync(
        IEnumerable<string> accounts, CancellationToken cancellationToken = default) =>
        (await service.BatchGetBalancesAsync(new BatchGetBalancesRequest { Accounts = { accounts } }, cancellationToken: cancellationToken))
            .Balances;

    /// <summary>Has an account for a lower limit, and an approval for a higher one, which another person confirms.</summary>
    public async Task<SetOverdraftLimitResponse> SetOverdraftLimitAsync(
        string account, long limitMinorUnits, string note, CancellationToken cancellationToken = default)
    {
        var request = new SetOverdraftLimitRequest { Account = account, LimitMinorUnits = limitMinorUnits, Note = note };
        return await service.SetOverdraftLimitAsync(request, cancellationToken: cancellationToken);
    }

    /// <param name="account">accounts/{iban}.</param>
    /// <param name="freeze">What is blocked from now on; <see cref="AccountFreeze.None"/> lifts it.</param>
    /// <param name="note">Why.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Account> FreezeAsync(string account, AccountFreeze freeze, string note, CancellationToken cancellationToken = default)
    {
        var request = new FreezeAccountRequest { Account = account, Freeze = freeze, Note = note };
        return (await service.FreezeAccountAsync(request, cancellationToken: cancellationToken)).Account;
    }

    public async Task<Account> CloseAsync(string account, string note, CancellationToken cancellationToken = default) =>
        (await service.CloseAccountAsync(new CloseAccountRequest { Account = account, Note = note }, cancellationToken: cancellationToken))
            .Account;

    /// <summary>Has an approval, which another person confirms; an account where it was open already.</summary>
    public async Task<ReopenAccountResponse> ReopenAsync(string account, string note, CancellationToken cancellationToken = default) =>
        await service.ReopenAccountAsync(new ReopenAccountRequest { Account = account, Note = note }, cancellationToken: cancellationToken);

    public async Task<ListApprovalsResponse> ListApprovalsAsync(
        int pageSize = 0, string pageToken = "", CancellationToken cancellationToken = default) =>
        await service.ListApprovalsAsync(
            new ListApprovalsRequest { PageSize = pageSize, PageToken = pageToken }, cancellationToken: cancellationToken);

    /// <param name="approval">approvals/{number}.</param>
    /// <param name="cancellationToken">Ends the wait, not the change.</param>
    public async Task<Account> ConfirmAsync(string approval, CancellationToken cancellationToken = default) =>
        (await service.ConfirmApprovalAsync(new ConfirmApprovalRequest { Name = approval }, cancellationToken: cancellationToken)).Account;

    public async Task RejectAsync(string approval, string note, CancellationToken cancellationToken = default) =>
        await service.RejectApprovalAsync(new RejectApprovalRequest { Name = approval, Note = note }, cancellationToken: cancellationToken);

    private static string Id(Guid? transferId) => (transferId ?? Guid.CreateVersion7()).ToString();
}
