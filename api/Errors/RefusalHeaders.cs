using System.Globalization;
using Google.Protobuf;
using Grpc.Core;

namespace BktSmart.Errors;

/// <summary>A refusal as the headers of a gRPC answer without a message, for what is refused outside of gRPC's library.</summary>
internal sealed class RefusalHeaders
{
    public const string StatusHeader = "grpc-status";
    public const string DetailsHeader = "grpc-status-details-bin";
    private const string MessageHeader = "grpc-message";

    private readonly string _status;
    private readonly string _message;
    private readonly string _details;

    public RefusalHeaders(Reason reason)
    {
        var refusal = Refuse.Because(reason).GetRpcStatus()!;
        _status = refusal.Code.ToString(CultureInfo.InvariantCulture);
        _message = Uri.EscapeDataString(refusal.Message);
        _details = Convert.ToBase64String(refusal.ToByteArray());
    }

    /// <summary>As the whole answer.</summary>
    public void WriteTo(HttpResponse response)
    {
        Write(response.Headers);
        response.ContentType = "application/grpc";
    }

    public void Write(IHeaderDictionary headers)
    {
        headers[StatusHeader] = _status;
        headers[MessageHeader] = _message;
        headers[DetailsHeader] = _details;
    }
}
