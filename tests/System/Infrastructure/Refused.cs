using Google.Rpc;
using Grpc.Core;

namespace BktSmart.Infrastructure;

/// <summary>A refusal as every refusal must be: with a reason, with one text for people, and with nothing of the inside.</summary>
/// <param name="Field">The first field at fault; null where the answer names none.</param>
internal sealed record Refused(StatusCode Code, string Reason, string? Field = null)
{
    private static readonly string[] Inside = [" at BktSmart.", "Npgsql", "Exception", "Orleans", "bank.transfer", "Grain"];

    /// <summary>Makes a call that must be refused in this form.</summary>
    public static async Task<Refused> ByAsync(Func<Task> call)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(call);
        AssertNothingInside(exception);
        var status = exception.GetRpcStatus();
        Assert.True(status is not null, $"{exception.StatusCode} has no details: {exception.Status.Detail}");
        var texts = status.Details.Where(detail => detail.Is(LocalizedMessage.Descriptor))
            .Select(detail => detail.Unpack<LocalizedMessage>())
            .ToArray();
        var text = Assert.Single(texts);
        Assert.True(text is { Locale: "sq" or "en", Message.Length: > 10 }, $"{exception.StatusCode} has no text: {status}");
        var info = status.GetDetail<ErrorInfo>();
        Assert.True(info is { Reason.Length: > 0, Domain: "bktsmart.bkt.com.al" }, $"{exception.StatusCode} has no reason: {status}");
        Assert.Equal((int)exception.StatusCode, status.Code);
        return new Refused(exception.StatusCode, info.Reason, status.GetDetail<BadRequest>()?.FieldViolations[0].Field);
    }

    /// <summary>Everything that travelled with a refusal, to compare two of them.</summary>
    public static async Task<string> WholeAnswerAsync(Func<Task> call)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(call);
        AssertNothingInside(exception);
        return $"{exception.StatusCode} {exception.Status.Detail} {exception.GetRpcStatus()}";
    }

    private static void AssertNothingInside(RpcException exception)
    {
        var trailers = exception.Trailers.Where(entry => !entry.IsBinary).Select(entry => $"{entry.Key}: {entry.Value}");
        var answer = $"{exception.Status.Detail}\n{exception.GetRpcStatus()}\n{string.Join('\n', trailers)}";
        Assert.All(Inside, word => Assert.DoesNotContain(word, answer, StringComparison.Ordinal));
    }
}
