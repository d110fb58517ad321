using Google.Rpc;
using Grpc.Core;

namespace BktSmart.Dev.Client;

/// <summary>Why the bank refused a call, read from the details of its status.</summary>
/// <param name="Code">The gRPC status.</param>
/// <param name="Reason">The reason of the error catalogue, for example <c>INSUFFICIENT_FUNDS</c>; empty if the answer has none.</param>
/// <param name="Locale">The language of the text: <c>sq</c> or <c>en</c>.</param>
/// <param name="Text">What to show to the customer.</param>
public sealed record Refusal(StatusCode Code, string Reason, string Locale, string Text)
{
    public static Refusal From(RpcException exception)
    {
        var status = exception.GetRpcStatus();
        var text = status?.GetDetail<LocalizedMessage>();
        return new Refusal(
            exception.StatusCode, status?.GetDetail<ErrorInfo>()?.Reason ?? "", text?.Locale ?? "", text?.Message ?? "");
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
