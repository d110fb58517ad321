using BktSmart.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace BktSmart.Dev.Client;

/// <summary>The bank's public API as one caller sees it. Connections are shared: make one, and take from it who calls.</summary>
public sealed class BankClient : IDisposable
{
    private readonly GrpcChannel _channel;

    public BankClient(Uri address)
        : this(GrpcChannel.ForAddress(address))
    {
    }

    /// <param name="channel">Disposed with the client.</param>
    public BankClient(GrpcChannel channel)
    {
        _channel = channel;
        Enrolment = new EnrolmentService.EnrolmentServiceClient(_channel);
    }

    public EnrolmentService.EnrolmentServiceClient Enrolment { get; }

    /// <summary>A branch terminal.</summary>
    /// <param name="staffToken">The token of the person at the counter.</param>
    public BranchDesk Desk(string staffToken) => new(new BranchService.BranchServiceClient(As(staffToken)));

    /// <summary>A workplace of the contact centre.</summary>
    /// <param name="staffToken">The token of the person on the telephone.</param>
    public ContactCentreDesk ContactCentre(string staffToken) => new(new ContactCentreService.ContactCentreServiceClient(As(staffToken)));

    /// <summary>The operations desk of the bank.</summary>
    /// <param name="staffToken">The token of the person at the desk.</param>
    public OperationsDesk Operations(string staffToken) => new(new LedgerService.LedgerServiceClient(As(staffToken)));

    /// <summary>The app on a person's device.</summary>
    public CustomerApp App(Person person, Phone phone) => new(this, person, phone);

    /// <summary>Calls with a token; without metadata if it is null.</summary>
    public CallInvoker As(string? token)
    {
        var invoker = _channel.CreateCallInvoker();
        return token is null ? invoker : invoker.Intercept(metadata => WithToken(metadata, token));
    }

    public void Dispose() => _channel.Dispose();

    private static Metadata WithToken(Metadata metadata, string token)
    {
        metadata.Add("authorization", $"Bearer {token}");
        return metadata;
    }
}
