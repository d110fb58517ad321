using BktSmart.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace BktSmart.Bench.Peers.Textbook;

internal sealed class TextbookTransferService(TextbookStore store) : TransferService.TransferServiceBase
{
    private const string NamePrefix = "accounts/";

    public override async Task<CreateTransferResponse> CreateTransfer(CreateTransferRequest request, ServerCallContext context)
    {
        if (!Guid.TryParse(request.TransferId, out var id) || !request.SourceAccount.StartsWith(NamePrefix, StringComparison.Ordinal)
            || request.Amount is not { MinorUnits: > 0 })
            throw new RpcException(new Status(StatusCode.InvalidArgument, "The request does not have its form."));

        var outcome = await store.TransferAsync(
            id, request.SourceAccount[NamePrefix.Length..], request.PayeeIban, request.Amount.MinorUnits, request.Reference,
            context.CancellationToken)
            ?? throw new RpcException(new Status(StatusCode.NotFound, "There is no such account."));
        if (!outcome.Booked)
            throw new RpcException(new Status(StatusCode.FailedPrecondition, "Insufficient funds."));
        return new CreateTransferResponse
        {
            Transfer = new Transfer
            {
                Name = "transfers/" + request.TransferId,
                Account = request.SourceAccount,
                PayeeIban = request.PayeeIban,
                Amount = request.Amount,
                Reference = request.Reference,
                SequenceNumber = outcome.SequenceNumber,
                BalanceAfter = new Money { MinorUnits = outcome.BalanceAfterMinor, CurrencyCode = request.Amount.CurrencyCode },
                BookingTime = Timestamp.FromDateTime(outcome.BookedAt),
                BusinessDate =
                    new Date { Year = outcome.BusinessDate.Year, Month = outcome.BusinessDate.Month, Day = outcome.BusinessDate.Day },
            },
        };
    }
}
