using BktSmart.Authentication;
using BktSmart.Customers;
using BktSmart.Errors;
using BktSmart.Ledger;
using BktSmart.Requests;
using Grpc.Core;

namespace BktSmart.Accounts;

internal sealed class AccountService(IGrainFactory grains) : V1.AccountService.AccountServiceBase
{
    public override async Task<V1.ListAccountsResponse> ListAccounts(V1.ListAccountsRequest request, ServerCallContext context)
    {
        var accounts = await grains.Customer(context.SignedInCustomer().Number).ListAccounts(context.CancellationToken);
        var (page, next) = Page.Cut(accounts, "accounts", request.PageSize, request.PageToken);
        return new V1.ListAccountsResponse { Accounts = { page.Select(MessageMapping.ToMessage) }, NextPageToken = next };
    }

    public override async Task<V1.GetAccountResponse> GetAccount(V1.GetAccountRequest request, ServerCallContext context)
    {
        var iban = Fields.AccountName(request.Name, "name");

        var account = await grains.Account(iban).Get(context.SignedInCustomer().Number, context.CancellationToken);
        return new V1.GetAccountResponse { Account = account.OrRefuse().ToMessage() };
    }

    public override async Task<V1.ListTransactionsResponse> ListTransactions(V1.ListTransactionsRequest request, ServerCallContext context)
    {
        var (iban, count) = request.Read(r => Fields.AccountName(r.Parent, "parent"), r => Fields.PageSize(r.PageSize, "page_size"));
        var list = ResourceNames.Of(iban);
        var before = Fields.PageStart(request.PageToken, list, "page_token");

        var result = await grains.Account(iban).ListTransactions(
            context.SignedInCustomer().Number, before, count, context.CancellationToken);
        var page = result.OrRefuse();
        return new V1.ListTransactionsResponse
        {
            Transactions = { page.Transactions.Select(transaction => ToMessage(iban, transaction)) },
            NextPageToken = page.HasMore ? PageToken.Create(list, page.Transactions[^1].SequenceNumber) : "",
        };
    }

    internal static V1.TransactionKind ToMessage(TransferKind kind) => kind switch
    {
        TransferKind.Payment => V1.TransactionKind.Payment,
        TransferKind.CashDeposit => V1.TransactionKind.CashDeposit,
        TransferKind.CashWithdrawal => V1.TransactionKind.CashWithdrawal,
        TransferKind.HoldPosting => V1.TransactionKind.HeldPayment,
        TransferKind.Reversal => V1.TransactionKind.Reversal,
        TransferKind.Exchange => V1.TransactionKind.Exchange,
        TransferKind.Bookkeeping => V1.TransactionKind.Bookkeeping,
        _ => V1.TransactionKind.Unspecified,
    };

    private static V1.Transaction ToMessage(Iban account, Transaction transaction) => new()
    {
        Name = ResourceNames.OfTransaction(account, transaction.SequenceNumber),
        SequenceNumber = transaction.SequenceNumber,
        Kind = ToMessage(transaction.Kind),
        Amount = transaction.Amount.ToMessage(),
        BalanceAfter = transaction.BalanceAfter.ToMessage(),
        BookingTime = transaction.BookedAt.ToMessage(),
        BusinessDate = transaction.BusinessDate.ToMessage(),
        CounterpartyIban = transaction.CounterpartyIban?.Value ?? "",
        CounterpartyName = transaction.CounterpartyName ?? "",
        Reference = transaction.Reference,
        Transfer = ResourceNames.Of(transaction.TransferId),
    };
}
