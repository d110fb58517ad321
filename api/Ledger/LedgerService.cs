using System.Globalization;
using BktSmart.Accounts;
using BktSmart.Authentication;
using BktSmart.Errors;
using BktSmart.Requests;
using Grpc.Core;

namespace BktSmart.Ledger;

internal sealed class LedgerService(IGrainFactory grains, OrderClock orders) : Staff.V1.LedgerService.LedgerServiceBase
{
    public override async Task<Staff.V1.CreateLinkedTransferResponse> CreateLinkedTransfer(
        Staff.V1.CreateLinkedTransferRequest request, ServerCallContext context)
    {
        var (id, legs, reference) = request.Read(
            r => Fields.TransferId(r.TransferId, "transfer_id"),
            r => r.Legs.Count is >= 1 and <= LinkedTransferCommand.LegsMax
                ? r.Legs.ReadEach((leg, i) => Leg(leg, $"legs[{i}]"))
                : throw Refuse.Because(Reason.LegsInvalid, "legs"),
            r => Fields.Reference(r.Reference, "reference"));
        var command = new LinkedTransferCommand(id, TransferKind.Bookkeeping, legs, null, reference);

        var transfer = await grains.Bookkeeping().Post(
            context.StaffMember(), command, orders.Give(request.SettleOnly), context.CancellationToken);
        return new Staff.V1.CreateLinkedTransferResponse { Transfer = ToMessage(transfer) };
    }

    public override async Task<Staff.V1.CreateExchangeResponse> CreateExchange(
        Staff.V1.CreateExchangeRequest request, ServerCallContext context)
    {
        var (id, source, target, (sourceAmount, targetAmount, rate), reference) = request.Read(
            r => Fields.TransferId(r.TransferId, "transfer_id"),
            r => Fields.LedgerAccountName(r.SourceAccount, "source_account"),
            r => Fields.LedgerAccountName(r.TargetAccount, "target_account"),
            r => Fields.Exchange(r),
            r => Fields.Reference(r.Reference, "reference"));
        TransferLeg[] legs =
        [
            new(source, PositionAccount(sourceAmount.Currency), sourceAmount),
            new(PositionAccount(targetAmount.Currency), target, targetAmount),
        ];
        var command = new LinkedTransferCommand(id, TransferKind.Exchange, legs, rate, reference);

        var transfer = await grains.Bookkeeping().Post(
            context.StaffMember(), command, orders.Give(request.SettleOnly), context.CancellationToken);
        return new Staff.V1.CreateExchangeResponse { Transfer = ToMessage(transfer) };
    }

    public override async Task<Staff.V1.CreateHoldResponse> CreateHold(Staff.V1.CreateHoldRequest request, ServerCallContext context)
    {
        var (id, leg, end, reference) = request.Read(
            r => Fields.TransferId(r.TransferId, "transfer_id"),
            r => Leg(r.Leg, "leg"),
            r => Fields.Time(r.ExpireTime, "expire_time"),
            r => Fields.Reference(r.Reference, "reference"));
        var command = new HoldCommand(id, leg, end, reference);

        var hold = await grains.Bookkeeping().Hold(
            context.StaffMember(), command, orders.Give(request.SettleOnly), context.CancellationToken);
        return new Staff.V1.CreateHoldResponse { Hold = ToMessage(hold) };
    }

    public override async Task<Staff.V1.PostHoldResponse> PostHold(Staff.V1.PostHoldRequest request, ServerCallContext context)
    {
        var (id, hold, amount, reference) = request.Read(
            r => Fields.TransferId(r.TransferId, "transfer_id"),
            r => Fields.TransferName(r.Hold, "hold"),
            r => r.HasAmountMinorUnits ? Fields.MinorUnits(r.AmountMinorUnits, "amount_minor_units") : (long?)null,
            r => Fields.Reference(r.Reference, "reference"));

        var transfer = await grains.Bookkeeping().PostHold(
            context.StaffMember(), id, hold, amount, reference, orders.Give(request.SettleOnly), context.CancellationToken);
        return new Staff.V1.PostHoldResponse { Transfer = ToMessage(transfer) };
    }

    public override async Task<Staff.V1.ReleaseHoldResponse> ReleaseHold(Staff.V1.ReleaseHoldRequest request, ServerCallContext context)
    {
        var (id, hold, reference) = request.Read(
            r => Fields.TransferId(r.TransferId, "transfer_id"),
            r => Fields.TransferName(r.Hold, "hold"),
            r => Fields.Reference(r.Reference, "reference"));

        var transfer = await grains.Bookkeeping().ReleaseHold(
            context.StaffMember(), id, hold, reference, orders.Give(request.SettleOnly), context.CancellationToken);
        return new Staff.V1.ReleaseHoldResponse { Transfer = ToMessage(transfer) };
    }

    public override async Task<Staff.V1.ReverseTransferResponse> ReverseTransfer(
        Staff.V1.ReverseTransferRequest request, ServerCallContext context)
    {
        var (id, reversed, reference) = request.Read(
            r => Fields.TransferId(r.TransferId, "transfer_id"),
            r => Fields.TransferName(r.Transfer, "transfer"),
            r => Fields.Reference(r.Reference, "reference"));

        var transfer = await grains.Bookkeeping().Reverse(
            context.StaffMember(), id, reversed, reference, orders.Give(request.SettleOnly), context.CancellationToken);
        return new Staff.V1.ReverseTransferResponse { Transfer = ToMessage(transfer) };
    }

    public override async Task<Staff.V1.GetLedgerTransferResponse> GetLedgerTransfer(
        Staff.V1.GetLedgerTransferRequest request, ServerCallContext context)
    {
        var id = Fields.TransferName(request.Name, "name");

        var transfer = await grains.Bookkeeping().Get(id, context.CancellationToken);
        return new Staff.V1.GetLedgerTransferResponse { Transfer = ToMessage(transfer) };
    }

    public override async Task<Staff.V1.BatchGetBalancesResponse> BatchGetBalances(
        Staff.V1.BatchGetBalancesRequest request, ServerCallContext context)
    {
        if (request.Accounts.Count is < 1 or > LedgerBalance.CountMax)
            throw Refuse.Because(Reason.TooManyAccounts, "accounts");
        var numbers = request.Accounts.ReadEach((name, i) => Fields.LedgerAccountName(name, $"accounts[{i}]"));

        var balances = await grains.Bookkeeping().GetBalances(numbers, context.CancellationToken);
        return new Staff.V1.BatchGetBalancesResponse
        {
            Balances =
            {
                balances.OrRefuse().Select(balance => new Staff.V1.LedgerBalance
                {
                    Account = ResourceNames.OfLedgerAccount(balance.Number),
                    Balance = balance.Balance.ToMessage(),
                    Held = balance.Held.ToMessage(),
                    SequenceNumber = balance.SequenceNumber,
                }),
            },
        };
    }

    public override async Task<Staff.V1.SetOverdraftLimitResponse> SetOverdraftLimit(
        Staff.V1.SetOverdraftLimitRequest request, ServerCallContext context)
    {
        var (iban, limit, note) = request.Read(
            r => Fields.AccountName(r.Account, "account"),
            r => Fields.OverdraftLimit(r.HasLimitMinorUnits, r.LimitMinorUnits, "limit_minor_units"),
            r => Fields.Note(r.Note, "note"));

        var requested = await grains.Account(iban).RequestOverdraftLimit(
            context.StaffMember(), limit, note, context.CancellationToken);
        var answer = requested.OrRefuse();
        return new Staff.V1.SetOverdraftLimitResponse
        {
            Account = answer.Account?.ToMessage(),
            Approval = answer.Pending is { } pending ? ToMessage(pending) : null,
        };
    }

    public override async Task<Staff.V1.FreezeAccountResponse> FreezeAccount(
        Staff.V1.FreezeAccountRequest request, ServerCallContext context)
    {
        var (iban, freeze, note) = request.Read(
            r => Fields.AccountName(r.Account, "account"),
            r => Fields.Freeze(r.Freeze, "freeze"),
            r => Fields.Note(r.Note, "note"));

        var account = await grains.Account(iban).Freeze(context.StaffMember(), freeze, note, context.CancellationToken);
        return new Staff.V1.FreezeAccountResponse { Account = account.OrRefuse().ToMessage() };
    }

    public override async Task<Staff.V1.CloseAccountResponse> CloseAccount(Staff.V1.CloseAccountRequest request, ServerCallContext context)
    {
        var (iban, note) = request.Read(r => Fields.AccountName(r.Account, "account"), r => Fields.Note(r.Note, "note"));

        var account = await grains.Account(iban).Close(context.StaffMember(), note, context.CancellationToken);
        return new Staff.V1.CloseAccountResponse { Account = account.OrRefuse().ToMessage() };
    }

    public override async Task<Staff.V1.ReopenAccountResponse> ReopenAccount(
        Staff.V1.ReopenAccountRequest request, ServerCallContext context)
    {
        var (iban, note) = request.Read(r => Fields.AccountName(r.Account, "account"), r => Fields.Note(r.Note, "note"));

        var answer = (await grains.Account(iban).RequestReopening(context.StaffMember(), note, context.CancellationToken)).OrRefuse();
        return new Staff.V1.ReopenAccountResponse { Account = answer.Account?.ToMessage(), Approval = answer.Pending is { } pending
            ? ToMessage(pending)
            : null };
    }

    public override async Task<Staff.V1.ListApprovalsResponse> ListApprovals(
        Staff.V1.ListApprovalsRequest request, ServerCallContext context)
    {
        const string List = "approvals";
        var (count, after) = request.Read(
            r => Fields.PageSize(r.PageSize, "page_size"),
            r => Fields.PageStart(r.PageToken, List, "page_token"));

        var page = await grains.TermsApprovals().List(after, count, context.CancellationToken);
        return new Staff.V1.ListApprovalsResponse
        {
            Approvals = { page.Approvals.Select(ToMessage) },
            NextPageToken = page.HasMore ? PageToken.Create(List, page.Approvals[^1].Id) : "",
        };
    }

    public override async Task<Staff.V1.ConfirmApprovalResponse> ConfirmApproval(
        Staff.V1.ConfirmApprovalRequest request, ServerCallContext context)
    {
        var id = Fields.ApprovalName(request.Name, "name");

        var account = await grains.TermsApprovals().Confirm(context.StaffMember(), id, context.CancellationToken);
        return new Staff.V1.ConfirmApprovalResponse { Account = account.OrRefuse().ToMessage() };
    }

    public override async Task<Staff.V1.RejectApprovalResponse> RejectApproval(
        Staff.V1.RejectApprovalRequest request, ServerCallContext context)
    {
        var (id, note) = request.Read(r => Fields.ApprovalName(r.Name, "name"), r => Fields.Note(r.Note, "note"));

        (await grains.TermsApprovals().Reject(context.StaffMember(), id, note, context.CancellationToken)).OrRefuse();
        return new Staff.V1.RejectApprovalResponse();
    }

    private static string PositionAccount(Currency currency) => $"POSITION-{currency}";

    private static TransferLeg Leg(Staff.V1.TransferLeg? leg, string field)
    {
        var (debtor, creditor, amount) = leg.OrMissing(field).Read(
            r => Fields.LedgerAccountName(r.Debtor, $"{field}.debtor"),
            r => Fields.LedgerAccountName(r.Creditor, $"{field}.creditor"),
            r => Fields.Amount(r.Amount, $"{field}.amount"));
        return new TransferLeg(debtor, creditor, amount);
    }

    private static Staff.V1.Approval ToMessage(TermsApproval approval) => new()
    {
        Name = ResourceNames.OfApproval(approval.Id),
        // The numbers are the same on purpose.
        Action = (Staff.V1.ApprovalAction)approval.Action,
        Account = ResourceNames.Of(approval.Account),
        OverdraftLimit = approval.OverdraftLimit.ToMessage(),
        WantedOverdraftLimit = approval.WantedOverdraftLimit?.ToMessage(),
        Requester = approval.RequestedBy.Subject,
        Note = approval.Note,
        CreateTime = approval.RequestedAt.ToMessage(),
        ExpireTime = approval.ExpiresAt.ToMessage(),
    };

    private static Staff.V1.LedgerTransfer ToMessage(Result<LedgerTransfer> result)
    {
        var transfer = result.OrRefuse();
        return new Staff.V1.LedgerTransfer
        {
            Name = ResourceNames.Of(transfer.Id),
            // The numbers are the same on purpose.
            Kind = (Staff.V1.LedgerTransferKind)transfer.Kind,
            Legs = { transfer.Legs.Select(ToMessage) },
            Reference = transfer.Reference,
            BookingTime = transfer.BookedAt.ToMessage(),
            BusinessDate = transfer.BusinessDate.ToMessage(),
            RelatedTransfer = transfer.Related is { } related ? ResourceNames.Of(related) : "",
            ExpireTime = transfer.ExpiresAt?.ToMessage(),
            ExchangeRate = transfer.ExchangeRate?.ToString(CultureInfo.InvariantCulture) ?? "",
        };
    }

    private static Staff.V1.LedgerLeg ToMessage(LedgerLeg leg) => new()
    {
        Leg = new Staff.V1.TransferLeg
        {
            Debtor = ResourceNames.OfLedgerAccount(leg.Leg.Debtor),
            Creditor = ResourceNames.OfLedgerAccount(leg.Leg.Creditor),
            Amount = leg.Leg.Amount.ToMessage(),
        },
        DebtorSequenceNumber = leg.DebtorSequence,
        DebtorBalanceAfter = leg.DebtorBalance.ToMessage(),
        CreditorSequenceNumber = leg.CreditorSequence,
        CreditorBalanceAfter = leg.CreditorBalance.ToMessage(),
    };
}
