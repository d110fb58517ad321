using BktSmart.Errors;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace BktSmart.Authentication;

/// <summary>
/// Lets in whom the <see cref="AccessList"/> lets in. It is an interceptor and not authorisation middleware because that would answer with
/// a bare HTTP 401, and gRPC clients would not see why.
/// </summary>
internal sealed class AccessInterceptor(TokenVerifier tokens) : Interceptor
{
    private const string BearerPrefix = "Bearer ";
    private const string BranchRole = "branch";
    private const string ContactCentreRole = "contact-centre";
    private const string OperationsRole = "operations";
    private const string AuditorRole = "auditor";

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        var admission = Admit(context);
        // Nearly always: the token is known.
        return admission.IsCompletedSuccessfully
            ? continuation(request, context)
            : ContinueWhenAdmitted(admission, request, context, continuation);
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await Admit(context);
        await continuation(request, responseStream, context);
    }

    public override async Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context,
        ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await Admit(context);
        return await continuation(requestStream, context);
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await Admit(context);
        await continuation(requestStream, responseStream, context);
    }

    private static async Task<TResponse> ContinueWhenAdmitted<TRequest, TResponse>(
        ValueTask admission, TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        where TRequest : class
        where TResponse : class
    {
        await admission;
        return await continuation(request, context);
    }

    private ValueTask Admit(ServerCallContext context) =>
        AccessList.Find(context.Method) is { } access ? Admit(access, context) : throw Refuse.Because(Reason.RoleMissing);

    private ValueTask Admit(MethodAccess access, ServerCallContext context) => access.Caller switch
    {
        Caller.Anyone => ValueTask.CompletedTask,
        Caller.Customer => AdmitCustomer(access, context),
        Caller.ContactCentre => AdmitStaff(context, ContactCentreRole),
        Caller.Branch => AdmitStaff(context, BranchRole),
        Caller.Operations => AdmitStaff(context, OperationsRole),
        Caller.Auditor => AdmitStaff(context, AuditorRole),
        _ => throw Refuse.Because(Reason.RoleMissing),
    };

    private async ValueTask AdmitCustomer(MethodAccess access, ServerCallContext context)
    {
        var customer = await tokens.VerifyCustomer(BearerToken(context), access.OutlivesSession, context.CancellationToken);
        if (customer.OnlyPasswordChange && !access.ChangesPassword)
            throw Refuse.Because(Reason.PasswordChangeRequired);
        context.SetCaller(customer);
    }

    private async ValueTask AdmitStaff(ServerCallContext context, string role)
    {
        var staff = await tokens.VerifyStaff(BearerToken(context), context.CancellationToken);
        if (!staff.Roles.Contains(role))
            throw Refuse.Because(Reason.RoleMissing);
        context.SetCaller(new StaffMember(staff.Subject));
    }

    // As the server read it: gRPC would copy all headers first.
    private static ReadOnlyMemory<char> BearerToken(ServerCallContext context)
    {
        var header = context.GetHttpContext().Request.Headers.Authorization.ToString();
        if (!header.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase))
            throw Refuse.Because(Reason.TokenMissing);
        return header.AsMemory(BearerPrefix.Length).Trim();
    }
}
