using BktSmart.Authentication;
using BktSmart.Errors;
using BktSmart.Requests;
using Grpc.Core;

namespace BktSmart.Ledger;

internal sealed class TransferService(IGrainFactory grains) : V1.TransferService.TransferServiceBase
{
    public override async Task<V1.CreateTransferResponse> CreateTransfer(V1.CreateTransferRequest request, ServerCallContext context)
    {
        var id = Fields.TransferId(request.TransferId, "transfer_id");
        var source = Fields.AccountName(request.SourceAccount, "source_account");
        var command = new TransferCommand(
            id,
            Fields.Iban(request.PayeeIban, "payee_iban"),
            Fields.Amount(request.Amount, "amount"),
            Fields.Reference(request.Reference, "reference"));

        var transfer = await grains.Account(source).Transfer(context.SignedInCustomer().Number, command, context.CancellationToken);
        return new V1.CreateTransferResponse { Transfer = transfer.OrRefuse().ToMessage() };
    }

    public override async Task<V1.GetTransferResponse> GetTransfer(V1.GetTransferRequest request, ServerCallContext context)
    {
        var id = Fields.TransferName(request.Name, "name");

        var transfer = await grains.TransferLookup().Get(context.SignedInCustomer().Number, id, context.CancellationToken);
        return new V1.GetTransferResponse { Transfer = transfer.OrRefuse().ToMessage() };
    }
}
