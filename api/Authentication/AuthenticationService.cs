using BktSmart.Answers;
using BktSmart.Errors;
using BktSmart.Requests;
using Grpc.Core;

namespace BktSmart.Authentication;

internal sealed class AuthenticationService(IGrainFactory grains) : V1.AuthenticationService.AuthenticationServiceBase
{
    public override async Task<V1.BeginSignInResponse> BeginSignIn(V1.BeginSignInRequest request, ServerCallContext context)
    {
        var identifier = Fields.CustomerIdentifier(request.Identifier, "identifier");
        var password = Fields.Password(request.Password, "password");
        var device = Fields.Device(request.Device, "device");

        var challenge = (await grains.Authentication().BeginSignIn(identifier, password, device, context.CancellationToken)).OrRefuse();
        return new V1.BeginSignInResponse { SignInId = challenge.SessionId.ToString("D"), ExpireTime = challenge.ExpiresAt.ToMessage() };
    }

    public override async Task<V1.CompleteSignInResponse> CompleteSignIn(V1.CompleteSignInRequest request, ServerCallContext context)
    {
        var id = Fields.AttemptId(request.SignInId, "sign_in_id");
        var deviceId = Fields.DeviceId(request.DeviceId, "device_id");
        var fnp = Fields.Fnp(request.Fnp, "fnp");

        var tokens = await grains.Authentication().CompleteSignIn(id, deviceId, fnp, context.CancellationToken);
        return new V1.CompleteSignInResponse { Tokens = ToMessage(tokens) };
    }

    public override async Task<V1.RefreshSessionResponse> RefreshSession(V1.RefreshSessionRequest request, ServerCallContext context)
    {
        var refreshToken = Fields.RefreshToken(request.RefreshToken, "refresh_token");

        var tokens = await grains.Authentication().RefreshSession(refreshToken, context.CancellationToken);
        return new V1.RefreshSessionResponse { Tokens = ToMessage(tokens) };
    }

    public override async Task<V1.EndSessionResponse> EndSession(V1.EndSessionRequest request, ServerCallContext context)
    {
        var caller = context.SignedInCustomer();

        await grains.Session(caller.SessionId).End(caller.Number, context.CancellationToken);
        return new V1.EndSessionResponse();
    }

    private static V1.SessionTokens ToMessage(Result<SessionTokens> result)
    {
        var tokens = result.OrRefuse();
        return new V1.SessionTokens
        {
            AccessToken = tokens.AccessToken.Value,
            AccessTokenExpireTime = tokens.AccessTokenExpiresAt.ToMessage(),
            RefreshToken = tokens.RefreshToken.Value,
            RefreshTokenExpireTime = tokens.RefreshTokenExpiresAt.ToMessage(),
        };
    }
}
