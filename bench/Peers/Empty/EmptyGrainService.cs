using BktSmart.V1;
using Grpc.Core;

namespace BktSmart.Bench.Peers.Empty;

/// <summary>GetAccount with nothing behind it but one grain call; the grain has the account's name as its key.</summary>
internal sealed class EmptyGrainService(IGrainFactory grains) : AccountService.AccountServiceBase
{
    public override async Task<GetAccountResponse> GetAccount(GetAccountRequest request, ServerCallContext context)
    {
        var balance = await grains.GetGrain<IEmptyGrain>(request.Name).Call();
        return new GetAccountResponse
        {
            Account = new Account { Name = request.Name, Balance = new Money { MinorUnits = balance, CurrencyCode = "ALL" } },
        };
    }
}
