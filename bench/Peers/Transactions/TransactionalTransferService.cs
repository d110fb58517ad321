using BktSmart.V1;
using Grpc.Core;
using Orleans.Transactions;

namespace BktSmart.Bench.Peers.Transactions;

/// <summary>
/// CreateTransfer as one Orleans transaction over two account grains. One that is aborted, because it met another at an account, is tried
/// again a few times. Ids are not remembered: that this peer need not do it is to its advantage.
/// </summary>
internal sealed class TransactionalTransferService(IGrainFactory grains) : TransferService.TransferServiceBase
{
    private const int AttemptsMax = 3;
    private const string NamePrefix = "accounts/";

    public override async Task<CreateTransferResponse> CreateTransfer(CreateTransferRequest request, ServerCallContext context)
    {
        var transfer = grains.GetGrain<ITransactionalTransferGrain>(0);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var posted = await transfer.Transfer(request.SourceAccount, NamePrefix + request.PayeeIban, request.Amount.MinorUnits);
                return new CreateTransferResponse
                {
                    Transfer = new Transfer
                    {
                        Name = "transfers/" + request.TransferId,
                        Account = request.SourceAccount,
                        PayeeIban = request.PayeeIban,
                        Amount = request.Amount,
                        SequenceNumber = posted.SequenceNumber,
                        BalanceAfter = new Money { MinorUnits = posted.BalanceMinor, CurrencyCode = request.Amount.CurrencyCode },
                    },
                };
            }
            catch (OrleansTransactionAbortedException) when (attempt < AttemptsMax)
            {
                // The next attempt is a new transaction.
            }
            catch (OrleansTransactionAbortedException)
            {
                throw new RpcException(new Status(StatusCode.Aborted, "The transaction was aborted."));
            }
            catch (OrleansTransactionException)
            {
                throw new RpcException(new Status(StatusCode.Unknown, "The outcome of the transaction is unknown."));
            }
            catch (TimeoutException)
            {
                throw new RpcException(new Status(StatusCode.DeadlineExceeded, "The transaction took too long."));
            }
        }
    }

    /// <summary>Stands for "activate the account": the load calls it once for each, so that no transfer pays for it.</summary>
    public override async Task<GetTransferResponse> GetTransfer(GetTransferRequest request, ServerCallContext context)
    {
        await grains.GetGrain<ITransactionalAccountGrain>(request.Name).Touch();
        return new GetTransferResponse();
    }
}
