using BktSmart.Errors;
using Grpc.Core;

namespace BktSmart.Authentication;

/// <summary>Passes the caller from the interceptor, which verified the token, to the service.</summary>
internal static class Callers
{
    private static readonly object Key = new();

    public static void SetCaller(this ServerCallContext context, object caller) => context.UserState[Key] = caller;

    public static SignedInCustomer SignedInCustomer(this ServerCallContext context) => context.Caller<SignedInCustomer>();

    /// <summary>Null where nobody, or a member of staff, has been let in.</summary>
    public static SignedInCustomer? FindCustomer(this ServerCallContext context) =>
        context.UserState.TryGetValue(Key, out var caller) ? caller as SignedInCustomer : null;

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
