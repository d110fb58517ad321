using BktSmart.Authentication;
using BktSmart.Staff.V1;
using BktSmart.V1;
using Google.Protobuf.Reflection;

namespace BktSmart.Tests.Api.Ledger;

public sealed class SettleOnlyTest
{
    [Fact]
    public void Requests_OfAllCallsThatMoveMoney_CanSettleTheirId()
    {
        var methods = TransferServiceReflection.Descriptor.Services
            .Concat(BranchServiceReflection.Descriptor.Services)
            .Concat(LedgerServiceReflection.Descriptor.Services)
            .SelectMany(service => service.Methods)
            .Where(method => AccessList.Find(AccessList.NameOf(method))!.MovesMoney)
            .ToArray();
        Assert.Equal(AccessList.Names.Count(name => AccessList.Find(name)!.MovesMoney), methods.Length);
        Assert.All(methods, method => Assert.Equal(FieldType.Bool, method.InputType.FindFieldByName("settle_only")?.FieldType));
    }
}
