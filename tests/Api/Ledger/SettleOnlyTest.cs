using BktSmart.Authentication;
using BktSmart.Staff.V1;
using BktSmart.V1;
using Google.Protobuf.Reflection;

namespace BktSmart.Tests.Api.Ledger;

public sealed class SettleOnlyTest
{
    /// <summary>But for the one whose ids the bank makes: the same request again tells what became of it.</summary>
    [Fact]
    public void Requests_OfAllCallsThatMoveMoney_CanSettleTheirId()
    {
        var methods = TransferServiceReflection.Descriptor.Services
            .Concat(BranchServiceReflection.Descriptor.Services)
            .Concat(LedgerServiceReflection.Descriptor.Services)
            .SelectMany(service => service.Methods)
            .Where(method => AccessList.Find(AccessList.NameOf(method))!.MovesMoney)
            .ToArray();
        Assert.Equal(
            ["/bktsmart.v1.StandingOrderService/RetryStandingOrderPayment"],
            AccessList.Names.Where(name => AccessList.Find(name)!.MovesMoney).Except(methods.Select(AccessList.NameOf)));
        Assert.All(methods, method => Assert.Equal(FieldType.Bool, method.InputType.FindFieldByName("settle_only")?.FieldType));
    }
}
