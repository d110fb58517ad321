using BktSmart.Answers;
using BktSmart.Customers;
using BktSmart.Errors;
using BktSmart.Payments;
using Grpc.Core;

namespace BktSmart.Authentication;

/// <summary>The customer who calls, as the verified access token says.</summary>
/// <param name="TokenExpiresAt">A stream does not outlive it.</param>
/// <param name="OnlyPasswordChange">The session may do nothing but change the password.</param>
internal sealed record SignedInCustomer(CustomerNumber Number, Guid SessionId, DateTimeOffset TokenExpiresAt, bool OnlyPasswordChange = false);

/// <summary>Passes the caller from the interceptor, which verified the token, to the service.</summary>
internal static class Callers
{
    private static readonly object Key = new();

    public static void SetCaller(this ServerCallContext context, object caller) => context.UserState[Key] = caller;

    public static SignedInCustomer SignedInCustomer(this ServerCallContext context) => context.Caller<SignedInCustomer>();

    /// <summary>The customer with the session, for what goes into the security log.</summary>
    public static Requester Requester(this ServerCallContext context)
    {
        var caller = context.SignedInCustomer();
        return new Requester(caller.Number, caller.SessionId, context.Origin());
    }

    public static StaffMember StaffMember(this ServerCallContext context) => context.Caller<StaffMember>();

    // A service that asks for another caller than the access list let in is a defect; refusing is the safe end of it.
    private static T Caller<T>(this ServerCallContext context)
        where T : class =>
        context.UserState.TryGetValue(Key, out var caller) && caller is T known ? known : throw Refuse.Because(Reason.TokenInvalid);
}
