using Google.Rpc;
using Grpc.Core;

namespace BktSmart.Dev.Client;

/// <summary>Why the bank refused a call, read from the details of its status.</summary>
/// <param name="Code">The gRPC status.</param>
/// <param name="Reason">The reason of the error catalogue, for example <c>INSUFFICIENT_FUNDS</c>; empty if the answer has none.</param>
/// <param name="Texts">What to show to the customer, by language.</param>
public sealed record Refusal(StatusCode Code, string Reason, IReadOnlyDictionary<string, string> Texts)
{
    public static Refusal From(RpcException exception)
    {
        var status = exception.GetRpcStatus();
        var texts = (status?.Details ?? [])
            .Where(detail => detail.Is(LocalizedMessage.Descriptor))
            .Select(detail => detail.Unpack<LocalizedMessage>())
            .ToDictionary(text => text.Locale, text => text.Message);
        return new Refusal(exception.StatusCode, status?.GetDetail<ErrorInfo>()?.Reason ?? "", texts);
    }

    /// <summary>Makes a call that should be refused; null if it was not.</summary>
    public static async Task<Refusal?> OfAsync<T>(Func<Task<T>> call)
    {
        try
        {
            await call();
            return null;
        }
        catch (RpcException e)
        {
            return From(e);
        }
    }
}
