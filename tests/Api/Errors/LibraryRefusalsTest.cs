using System.Globalization;
using Google.Rpc;
using Grpc.Core;
using Microsoft.AspNetCore.Http;

namespace BktSmart.Errors;

public sealed class LibraryRefusalsTest
{
    private const string Reading = "/bktsmart.v1.AccountService/GetAccount";
    private const string Paying = "/bktsmart.v1.TransferService/CreateTransfer";

    [Theory]
    [InlineData(Reading, StatusCode.ResourceExhausted, "MESSAGE_TOO_LARGE")]
    [InlineData(Reading, StatusCode.Internal, "MESSAGE_MALFORMED")]
    [InlineData(Reading, StatusCode.DeadlineExceeded, "DEADLINE_EXCEEDED")]
    [InlineData(Paying, StatusCode.DeadlineExceeded, "OUTCOME_UNKNOWN")]
    [InlineData("/bktsmart.v1.AccountService/CloseAccount", StatusCode.DeadlineExceeded, "DEADLINE_EXCEEDED")]
    public void Rewrite_StatusOfTheLibrary_GetsItsReason(string method, StatusCode status, string reason)
    {
        var context = new DefaultHttpContext { Request = { Path = method } };
        var headers = context.Response.Headers;
        headers["grpc-status"] = ((int)status).ToString(CultureInfo.InvariantCulture);
        headers["grpc-message"] = "for developers";
        LibraryRefusals.Rewrite(context);

        var details = Google.Rpc.Status.Parser.ParseFrom(Convert.FromBase64String(headers["grpc-status-details-bin"].ToString()));
        Assert.Equal(reason, details.GetDetail<ErrorInfo>()!.Reason);
        Assert.Equal(details.Code.ToString(CultureInfo.InvariantCulture), headers["grpc-status"]);
        Assert.Equal(details.Message, Uri.UnescapeDataString(headers["grpc-message"].ToString()));
    }

    [Fact]
    public void Rewrite_AnswerWithDetails_StaysAsItIs()
    {
        var context = new DefaultHttpContext { Request = { Path = Paying } };
        var headers = context.Response.Headers;
        (headers["grpc-status"], headers["grpc-status-details-bin"]) = ("4", "x");
        LibraryRefusals.Rewrite(context);
        Assert.Equal(("4", "x"), (headers["grpc-status"].ToString(), headers["grpc-status-details-bin"].ToString()));
    }
}
