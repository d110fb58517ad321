using BktSmart.Staff.V1;
using BktSmart.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace BktSmart.Dev.Client;

/// <summary>The bank's API as one caller sees it. Connections are shared: make one, and take from it who calls.</summary>
public sealed class BankClient : IDisposable
{
    private readonly GrpcChannel _customers;
    private readonly GrpcChannel _staff;

    public BankClient(ApiAddress address)
        : this(GrpcChannel.ForAddress(address.Customers), GrpcChannel.ForAddress(address.Staff))
    {
    }

    /// <summary>Both channels are disposed with the client.</summary>
    public BankClient(GrpcChannel customers, GrpcChannel staff)
    {
        (_customers, _staff) = (customers, staff);
        Enrolment = new EnrolmentService.EnrolmentServiceClient(customers);
    }

    public EnrolmentService.EnrolmentServiceClient Enrolment { get; }

    /// <summary>A branch terminal.</summary>
    /// <param name="staffToken">The token of the person at the counter.</param>
    public BranchDesk Desk(string staffToken) => new(new BranchService.BranchServiceClient(AsStaff(staffToken)));

    /// <summary>A workplace of the contact centre.</summary>
    /// <param name="staffToken">The token of the person on the telephone.</param>
    public ContactCentreDesk ContactCentre(string staffToken) =>
        new(new ContactCentreService.ContactCentreServiceClient(AsStaff(staffToken)));

    /// <summary>The operations desk of the bank.</summary>
    /// <param name="staffToken">The token of the person at the desk.</param>
    public OperationsDesk Operations(string staffToken) => new(new LedgerService.LedgerServiceClient(AsStaff(staffToken)));

    /// <summary>The app on a person's device.</summary>
    public CustomerApp App(Person person, Phone phone) => new(this, person, phone);

    /// <summary>A customer's calls with a token; without metadata if it is null.</summary>
    public CallInvoker As(string? token) => With(token, _customers);

    /// <summary>Calls of a member of staff.</summary>
    public CallInvoker AsStaff(string? token) => With(token, _staff);

    public void Dispose()
    {
        _customers.Dispose();
        _staff.Dispose();
    }

    private static CallInvoker With(string? token, GrpcChannel channel)
    {
        var invoker = channel.CreateCallInvoker();
        return token is null ? invoker : invoker.Intercept(metadata => WithToken(metadata, token));
    }

    private static Metadata WithToken(Metadata metadata, string token)
    {
        metadata.Add("authorization", $"Bearer {token}");
        return metadata;
    }
}
