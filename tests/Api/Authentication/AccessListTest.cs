using BktSmart.Values;
using Google.Protobuf.Reflection;

namespace BktSmart.Authentication;

public sealed class AccessListTest
{
    private static readonly FileDescriptor[] Files =
    [
        V1.AccountServiceReflection.Descriptor,
        Staff.V1.AuditServiceReflection.Descriptor,
        Staff.V1.BusinessDayServiceReflection.Descriptor,
        V1.AuthenticationServiceReflection.Descriptor,
        Staff.V1.BranchServiceReflection.Descriptor,
        Staff.V1.ContactCentreServiceReflection.Descriptor,
        V1.EnrolmentServiceReflection.Descriptor,
        Staff.V1.LedgerServiceReflection.Descriptor,
        V1.NotificationServiceReflection.Descriptor,
        V1.PaymentControlServiceReflection.Descriptor,
        V1.SecurityServiceReflection.Descriptor,
        V1.StandingOrderServiceReflection.Descriptor,
        V1.TransferServiceReflection.Descriptor,
        Grpc.Health.V1.HealthReflection.Descriptor,
        Grpc.Reflection.V1Alpha.ReflectionReflection.Descriptor,
        Grpc.Reflection.V1.ReflectionReflection.Descriptor,
    ];

    internal static bool IsOurs(FileDescriptor file) => file.Package.StartsWith("bktsmart.", StringComparison.Ordinal);

    internal static IEnumerable<MethodDescriptor> Methods => Files.SelectMany(file => file.Services).SelectMany(service => service.Methods);

    private static IEnumerable<string> Served => Methods.Select(AccessList.NameOf);

    [Fact]
    public void Names_AreTheMethodsThatAreServed() =>
        Assert.Equal(Served.Order(StringComparer.Ordinal), AccessList.Names.Order(StringComparer.Ordinal));

    [Fact]
    public void Files_HoldEveryServiceOfTheApi()
    {
        var generated = typeof(V1.Money).Assembly.GetTypes()
            .Where(type =>
                type is { Namespace: "BktSmart.V1" or "BktSmart.Staff.V1", IsAbstract: true, IsSealed: true }
                && type.Name.EndsWith("Service", StringComparison.Ordinal))
            .Select(type => type.Name);
        var listed = Files.Where(IsOurs).SelectMany(file => file.Services).Select(service => service.Name);
        Assert.Equal(generated.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Find_UnknownMethod_IsForNobody() => Assert.Null(AccessList.Find("/bktsmart.v1.AccountService/CloseAccount"));

    /// <summary>Listeners are kept apart by it.</summary>
    [Fact]
    public void Find_MethodOfThePackageOfStaff_IsForStaffAlone() => Assert.Equal(
        Methods.Where(method => method.File.Package == "bktsmart.staff.v1").Select(AccessList.NameOf).Order(StringComparer.Ordinal),
        AccessList.Names.Where(name => AccessList.Find(name)!.IsForStaff).Order(StringComparer.Ordinal));

    [Fact]
    public void Find_MethodForAnyone_IsOneOfTheFewBeforeSignIn()
    {
        var open = AccessList.Names.Where(name =>
            name.StartsWith("/bktsmart", StringComparison.Ordinal) && AccessList.Find(name)!.Caller == Caller.Anyone);
        Assert.Equal(
            [
                "BeginEnrolment", "BeginPasswordReset", "BeginSignIn", "CompleteEnrolment", "CompletePasswordReset", "CompleteSignIn",
                "GetFnpDelivery", "RefreshSession", "ReportFnp", "ResendFnp",
            ],
            open.Select(name => name[(name.LastIndexOf('/') + 1)..]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Find_MethodForASessionThatCanOnlyChangeThePassword_IsOneOfThree() => Assert.Equal(
        ["BeginPasswordChange", "CompletePasswordChange", "EndSession"],
        AccessList.Names
            .Where(name => AccessList.Find(name)!.ChangesPassword)
            .Select(name => name[(name.LastIndexOf('/') + 1)..])
            .Order(StringComparer.Ordinal));

    /// <summary>Its answer ends the session of its own token, and may be lost.</summary>
    [Fact]
    public void Find_MethodForTheTokenOfAnEndedSession_IsTheChangeOfThePassword() => Assert.Equal(
        ["/bktsmart.v1.SecurityService/CompletePasswordChange"],
        AccessList.Names.Where(name => AccessList.Find(name)!.OutlivesSession));

    /// <summary>By the names that the API gives to such methods.</summary>
    [Fact]
    public void Find_MethodThatOnlyReads_SaysSo() => Assert.Equal(
        AccessList.Names.Where(name => name.Split('/') is [_, var service, var method]
            && service.StartsWith("bktsmart.", StringComparison.Ordinal)
            && Array.Exists(["Get", "List", "BatchGet", "Quote"], verb => method.StartsWith(verb, StringComparison.Ordinal))),
        AccessList.Names.Where(name => AccessList.Find(name)!.IsRead));

    [Fact]
    public void Find_MethodThatMovesMoney_SaysSo() => Assert.Equal(
        [
            "CreateExchange", "CreateHold", "CreateLinkedTransfer", "CreateTransfer", "DepositCash", "PostHold", "ReleaseHold",
            "RetryStandingOrderPayment", "ReverseTransfer", "WithdrawCash",
        ],
        AccessList.Names
            .Where(name => AccessList.Find(name)!.MovesMoney)
            .Select(name => name[(name.LastIndexOf('/') + 1)..])
            .Order(StringComparer.Ordinal));

    [Fact]
    public void Find_MethodOfTheLedgerOrTheDay_IsForTheOperationsDeskAlone()
    {
        var desk = new[] { Staff.V1.LedgerServiceReflection.Descriptor, Staff.V1.BusinessDayServiceReflection.Descriptor }
            .SelectMany(file => file.Services.Single().Methods).Select(AccessList.NameOf).ToArray();
        Assert.All(desk, name => Assert.Equal(Caller.Operations, AccessList.Find(name)?.Caller));
        Assert.Equal(
            desk.Order(StringComparer.Ordinal),
            AccessList.Names.Where(name => AccessList.Find(name)!.Caller == Caller.Operations).Order(StringComparer.Ordinal));
    }
}
