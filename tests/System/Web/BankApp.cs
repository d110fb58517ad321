using BktSmart.V1;
using Google.Rpc;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace BktSmart.Web;

// As docs/app-developers.md shows it.
public sealed class BankApp(GrpcChannel channel, string language)
{
    private string? _accessToken;

    private CallInvoker Bank => channel.Intercept(headers =>
    {
        headers.Add("accept-language", language);
        if (_accessToken is not null)
            headers.Add("authorization", $"Bearer {_accessToken}");
        return headers;
    });

    public async Task SignInAsync(
        string identifier, string password, Device device, Func<Task<string>> askForFnp)
    {
        var bank = new AuthenticationService.AuthenticationServiceClient(Bank);
        var begin = new BeginSignInRequest
        {
            Identifier = identifier, Password = password, Device = device,
            RequestId = Guid.NewGuid().ToString(),
        };
        var begun = await UntilAnsweredAsync(by => bank.BeginSignInAsync(begin, deadline: by));
        var complete = new CompleteSignInRequest
        {
            SignInId = begun.SignInId, DeviceId = device.DeviceId, Fnp = await askForFnp(),
        };
        var done = await UntilAnsweredAsync(by => bank.CompleteSignInAsync(complete, deadline: by));
        _accessToken = done.Tokens.AccessToken;
    }

    /// <param name="payment">Kept on the device until its end is known.</param>
    public async Task<Transfer> PayAsync(
        CreateTransferRequest payment, string deviceId, Func<Task<string>> askForFnp)
    {
        var bank = new TransferService.TransferServiceClient(Bank);
        try
        {
            return (await UntilAnsweredAsync(by => bank.CreateTransferAsync(payment, deadline: by)))
                .Transfer;
        }
        catch (RpcException e) when (ReasonOf(e) == "CONFIRMATION_REQUIRED")
        {
        }

        var control = new PaymentControlService.PaymentControlServiceClient(Bank);
        var begin = new BeginConfirmationRequest
        {
            RequestId = Guid.NewGuid().ToString(), Transfer = payment,
        };
        var begun = await UntilAnsweredAsync(
            by => control.BeginConfirmationAsync(begin, deadline: by));
        payment.Confirmation = new Confirmation
        {
            ConfirmationId = begun.ConfirmationId, DeviceId = deviceId, Fnp = await askForFnp(),
        };
        return (await UntilAnsweredAsync(by => bank.CreateTransferAsync(payment, deadline: by)))
            .Transfer;
    }

    /// <summary>Sends the same request again while nobody knows what became of it.</summary>
    private static async Task<T> UntilAnsweredAsync<T>(Func<DateTime, AsyncUnaryCall<T>> send)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await send(DateTime.UtcNow.AddSeconds(10));
            }
            catch (RpcException e) when (attempt < 10 && GoesAgain(e))
            {
                var seconds = attempt * (0.25 + 0.5 * Random.Shared.NextDouble());
                await Task.Delay(TimeSpan.FromSeconds(seconds));
            }
        }
    }

    private static bool GoesAgain(RpcException e) =>
        ReasonOf(e) is "" or "OUTCOME_UNKNOWN" or "OVERLOADED"
        || e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded;

    /// <summary>Empty where no answer of the bank came.</summary>
    private static string ReasonOf(RpcException e) =>
        e.GetRpcStatus()?.GetDetail<ErrorInfo>()?.Reason ?? "";
}
