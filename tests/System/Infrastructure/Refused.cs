using System.Text.RegularExpressions;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace BktSmart.Infrastructure;

/// <summary>A refusal as every refusal must be: with a reason, with one text for people, and with nothing of the inside.</summary>
/// <param name="Field">The first field at fault; null where the answer names none.</param>
internal sealed partial record Refused(StatusCode Code, string Reason, string? Field = null)
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

    /// <summary>
    /// Everything that travelled with a refusal, to compare two of them; but for the seconds to wait, which are others a moment later.
    /// </summary>
    public static async Task<string> WholeAnswerAsync(Func<Task> call)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(call);
        AssertNothingInside(exception);
        return $"{exception.StatusCode} {exception.Status.Detail} {WithoutSeconds(exception.GetRpcStatus())}";
    }

    private static Google.Rpc.Status? WithoutSeconds(Google.Rpc.Status? status)
    {
        if (status?.GetDetail<RetryInfo>() is null)
            return status;
        var same = new Google.Rpc.Status { Code = status.Code, Message = status.Message };
        foreach (var detail in status.Details)
        {
            if (detail.Is(RetryInfo.Descriptor))
                same.Details.Add(Any.Pack(new RetryInfo()));
            else if (detail.TryUnpack<LocalizedMessage>(out var text))
                same.Details.Add(Any.Pack(new LocalizedMessage { Locale = text.Locale, Message = Digits().Replace(text.Message, "#") }));
            else
                same.Details.Add(detail);
        }

        return same;
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();

    private static void AssertNothingInside(RpcException exception)
    {
        var trailers = exception.Trailers.Where(entry => !entry.IsBinary).Select(entry => $"{entry.Key}: {entry.Value}");
        var answer = $"{exception.Status.Detail}\n{exception.GetRpcStatus()}\n{string.Join('\n', trailers)}";
        Assert.All(Inside, word => Assert.DoesNotContain(word, answer, StringComparison.Ordinal));
    }
}
