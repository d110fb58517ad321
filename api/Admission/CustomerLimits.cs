using BktSmart.Authentication;
using BktSmart.Errors;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Options;

namespace BktSmart.Admission;

/// <summary>
/// Keeps one customer from taking the places of others, from filling the ledger with refusals, which are kept for ever, and from asking
/// which accounts there are. A stream counts when it opens; for how many are open it has a limit of its own.
/// </summary>
internal sealed class CustomerLimits(IOptions<CustomerLimitsOptions> options, TimeProvider time) : Interceptor
{
    private readonly Places<CustomerNumber> _places = new(int.MaxValue, options.Value.CallsAtOnceMax);
    private readonly RateLimit<CustomerNumber> _calls = new(
        nameof(CustomerLimitsOptions.CallsPerMinute), options.Value.CallsPerMinute, Reason.TooManyCalls, time);

    private readonly RateLimit<CustomerNumber> _orders = new(
        nameof(CustomerLimitsOptions.OrdersPerMinute), options.Value.OrdersPerMinute, Reason.TooManyCalls, time);

    private readonly RateLimit<CustomerNumber> _wrongPayees = new(
        nameof(CustomerLimitsOptions.WrongPayeesPerMinute), options.Value.WrongPayeesPerMinute, Reason.TooManyCalls, time);

    private readonly RateLimit<CustomerNumber> _brakes = new(
        nameof(CustomerLimitsOptions.BrakesPerMinute), options.Value.BrakesPerMinute, Reason.TooManyCalls, time);

    /// <summary>Of sessions that have ended: who has stolen the token of one takes nothing from its owner.</summary>
    private readonly RateLimit<Guid> _endedSessions = new(
        nameof(CustomerLimitsOptions.BrakesPerMinute), options.Value.BrakesPerMinute, Reason.TooManyCalls, time);

    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        AccessList.Find(context.Method) is { Caller: Caller.Customer } access
            ? LimitAsync(access, context.SignedInCustomer(), request, context, continuation)
            : continuation(request, context);

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        if (AccessList.Find(context.Method) is { Caller: Caller.Customer })
            _calls.Admit(context.SignedInCustomer().Number);
        return continuation(request, responseStream, context);
    }

    private async Task<TResponse> LimitAsync<TRequest, TResponse>(
        MethodAccess access, SignedInCustomer caller, TRequest request, ServerCallContext context,
        UnaryServerMethod<TRequest, TResponse> continuation)
        where TRequest : class
        where TResponse : class
    {
        if (caller.SessionHasEnded)
        {
            _endedSessions.Admit(caller.SessionId);
            return await continuation(request, context);
        }

        var customer = caller.Number;
        if (access.IsBrake)
        {
            _brakes.Admit(customer);
            return await continuation(request, context);
        }

        if (_places.TryTake(customer) != Place.Taken)
        {
            Refusals.Count(nameof(CustomerLimitsOptions.CallsAtOnceMax));
            throw Refuse.Because(Reason.Overloaded);
        }

        try
        {
            _calls.Admit(customer);
            if (access.MovesMoney)
                _orders.Admit(customer);
            return await (access.NamesPayee
                ? LimitWrongPayeesAsync(customer, request, context, continuation)
                : continuation(request, context));
        }
        finally
        {
            _places.GiveBack(customer);
        }
    }

    /// <summary>
    /// Counts each call, and takes that back where the payee was not at fault. So calls at once do not pass together where there is room
    /// for one, and who does not wait for the answer has used up the question.
    /// </summary>
    private async Task<TResponse> LimitWrongPayeesAsync<TRequest, TResponse>(
        CustomerNumber customer, TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
        where TRequest : class
        where TResponse : class
    {
        _wrongPayees.Admit(customer);
        try
        {
            var answer = await continuation(request, context);
            _wrongPayees.GiveBack(customer);
            return answer;
        }
        catch (RefusedException refused) when (refused.Reason != Reason.PayeeCannotReceive)
        {
            _wrongPayees.GiveBack(customer);
            throw;
        }
    }
}
