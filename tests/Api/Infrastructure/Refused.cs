using BktSmart.Errors;
using Google.Rpc;
using Grpc.Core;

namespace BktSmart.Infrastructure;

/// <summary>What a client reads out of a refusal.</summary>
internal sealed record Refused(string Reason, StatusCode Status, string? Field)
{
    public static Refused From(RpcException exception)
    {
        var status = exception.GetRpcStatus();
        Assert.NotNull(status);
        var info = status.GetDetail<ErrorInfo>();
        Assert.NotNull(info);
        return new Refused(info.Reason, exception.StatusCode, status.GetDetail<BadRequest>()?.FieldViolations[0].Field);
    }

    public static Refused From(RefusedException refused) =>
        new(ReasonCatalogue.Of(refused.Reason).Name, ReasonCatalogue.Of(refused.Reason).Status, refused.Refusals[0].Field);

    public static Refused By(Action action) => From(Assert.Throws<RefusedException>(action));

    public static async Task<Refused> By(Func<Task> action) => From(await Assert.ThrowsAsync<RefusedException>(action));
}
