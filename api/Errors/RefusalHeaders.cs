using System.Globalization;
using Google.Protobuf;

namespace BktSmart.Errors;

/// <summary>
/// A refusal as the headers of a gRPC answer without a message, for what is refused outside of gRPC's library. They are made once: to
/// refuse must cost next to nothing.
/// </summary>
internal sealed class RefusalHeaders(Reason reason)
{
    public const string StatusHeader = "grpc-status";
    public const string DetailsHeader = "grpc-status-details-bin";
    private const string MessageHeader = "grpc-message";

    private readonly Answer _albanian = new(reason, Language.Albanian);
    private readonly Answer _english = new(reason, Language.English);

    /// <summary>As the whole answer.</summary>
    public void WriteTo(HttpContext context)
    {
        Write(context);
        context.Response.ContentType = "application/grpc";
    }

    public void Write(HttpContext context)
    {
        var answer = CallerLanguage.Of(context.Request) == Language.English ? _english : _albanian;
        var headers = context.Response.Headers;
        headers[StatusHeader] = answer.Status;
        headers[MessageHeader] = answer.Message;
        headers[DetailsHeader] = answer.Details;
    }

    private sealed class Answer
    {
        public Answer(Reason reason, Language language)
        {
            var refusal = RefusalStatus.Of(Refuse.Because(reason), language);
            Status = refusal.Code.ToString(CultureInfo.InvariantCulture);
            Message = Uri.EscapeDataString(refusal.Message);
            Details = Convert.ToBase64String(refusal.ToByteArray());
        }

        public string Status { get; }

        public string Message { get; }

        public string Details { get; }
    }
}
