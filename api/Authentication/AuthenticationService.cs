using BktSmart.Admission;
using BktSmart.Errors;
using BktSmart.Requests;
using Grpc.Core;

namespace BktSmart.Authentication;

internal sealed class AuthenticationService(IGrainFactory grains, SignInThrottle throttle, AnswerTime answerTime)
    : V1.AuthenticationService.AuthenticationServiceBase
{
    public override async Task<V1.BeginSignInResponse> BeginSignIn(V1.BeginSignInRequest request, ServerCallContext context)
    {
        var (identifier, password, device, requestId) = request.Read(
            r => Fields.CustomerIdentifier(r.Identifier, "identifier"),
            r => Fields.Password(r.Password, "password"),
            r => Fields.Device(r.Device, "device"),
            r => Fields.RequestId(r.RequestId, "request_id"));

        throttle.Admit(context, device.Id, identifier);
        var begun = await answerTime.HoldAsync(
            () => grains.Authentication().BeginSignIn(
                identifier, password, device, context.Origin(), requestId, context.CancellationToken),
            context.CancellationToken);
        var challenge = begun.OrRefuse();
        return new V1.BeginSignInResponse
        {
            SignInId = challenge.SessionId.ToString("D"),
            ExpireTime = challenge.ExpiresAt.ToMessage(),
            ResendTime = challenge.ResendAt.ToMessage(),
            ContactCentrePhoneNumber = ContactCentrePhone.Number,
            NoFnpText = SignInHelp.In(CallerLanguage.Of(context)),
        };
    }

    public override async Task<V1.CompleteSignInResponse> CompleteSignIn(V1.CompleteSignInRequest request, ServerCallContext context)
    {
        var (id, deviceId, fnp) = request.Read(
            r => Fields.AttemptId(r.SignInId, "sign_in_id"),
            r => Fields.DeviceId(r.DeviceId, "device_id"),
            r => Fields.Fnp(r.Fnp, "fnp"));

        throttle.AdmitStep(context);
        var completed = await answerTime.HoldAsync(
            () => grains.Authentication().CompleteSignIn(id, deviceId, fnp, context.Origin(), context.CancellationToken),
            context.CancellationToken);
        var signedIn = completed.OrRefuse();
        return new V1.CompleteSignInResponse
        {
            Tokens = ToMessage(signedIn.Tokens),
            PasswordChangeRequired = signedIn.OnlyPasswordChange,
            PasswordExpireTime = signedIn.PasswordEndsAt?.ToMessage(),
        };
    }

    public override async Task<V1.ResendFnpResponse> ResendFnp(V1.ResendFnpRequest request, ServerCallContext context)
    {
        var (id, deviceId) = request.Read(r => Fields.AttemptId(r.AttemptId, "attempt_id"), r => Fields.DeviceId(r.DeviceId, "device_id"));

        throttle.AdmitStep(context);
        var challenge = (await grains.FnpSession(id).Resend(deviceId, context.CancellationToken)).OrRefuse();
        return new V1.ResendFnpResponse { ExpireTime = challenge.ExpiresAt.ToMessage(), ResendTime = challenge.ResendAt.ToMessage() };
    }

    public override async Task<V1.GetFnpDeliveryResponse> GetFnpDelivery(V1.GetFnpDeliveryRequest request, ServerCallContext context)
    {
        var (id, deviceId) = request.Read(r => Fields.AttemptId(r.AttemptId, "attempt_id"), r => Fields.DeviceId(r.DeviceId, "device_id"));

        throttle.AdmitStep(context);
        // The numbers are the same on purpose.
        return new V1.GetFnpDeliveryResponse { Delivery = (V1.FnpDelivery)(
            await grains.FnpSession(id).GetDelivery(deviceId, context.CancellationToken)).OrRefuse() };
    }

    public override async Task<V1.ReportFnpResponse> ReportFnp(V1.ReportFnpRequest request, ServerCallContext context)
    {
        var reference = Fields.FnpReference(request.Reference, "reference");

        throttle.Admit(context);
        await grains.Authentication().ReportFnp(reference, context.Origin(), context.CancellationToken);
        return new V1.ReportFnpResponse();
    }

    public override async Task<V1.BeginPasswordResetResponse> BeginPasswordReset(
        V1.BeginPasswordResetRequest request, ServerCallContext context)
    {
        var (identifier, cardNumber, expiry, device, requestId) = request.Read(
            r => Fields.CustomerIdentifier(r.Identifier, "identifier"),
            r => Fields.CardNumber(r.CardNumber, "card_number"),
            r => Fields.CardExpiry(r.CardExpiry, "card_expiry"),
            r => Fields.Device(r.Device, "device"),
            r => Fields.RequestId(r.RequestId, "request_id"));

        throttle.Admit(context, device.Id, identifier);
        var begun = await answerTime.HoldAsync(
            () => grains.Authentication().BeginPasswordReset(
                identifier, cardNumber, expiry, device, context.Origin(), requestId, context.CancellationToken),
            context.CancellationToken);
        var challenge = begun.OrRefuse();
        return new V1.BeginPasswordResetResponse
        {
            PasswordResetId = challenge.SessionId.ToString("D"),
            ExpireTime = challenge.ExpiresAt.ToMessage(),
            ResendTime = challenge.ResendAt.ToMessage(),
            ContactCentrePhoneNumber = ContactCentrePhone.Number,
        };
    }

    public override async Task<V1.CompletePasswordResetResponse> CompletePasswordReset(
        V1.CompletePasswordResetRequest request, ServerCallContext context)
    {
        var (id, deviceId, fnp, password) = request.Read(
            r => Fields.AttemptId(r.PasswordResetId, "password_reset_id"),
            r => Fields.DeviceId(r.DeviceId, "device_id"),
            r => Fields.Fnp(r.Fnp, "fnp"),
            r => Fields.Password(r.Password, "password"));

        throttle.AdmitStep(context);
        (await grains.Authentication().CompletePasswordReset(id, deviceId, fnp, password, context.Origin(), context.CancellationToken))
            .OrRefuse();
        return new V1.CompletePasswordResetResponse();
    }

    public override async Task<V1.RefreshSessionResponse> RefreshSession(V1.RefreshSessionRequest request, ServerCallContext context)
    {
        var ((refreshToken, session), requestId) = request.Read(
            r => Fields.RefreshToken(r.RefreshToken, "refresh_token"),
            r => Fields.RequestId(r.RequestId, "request_id"));

        throttle.AdmitRefresh(session);
        var tokens = await grains.Authentication().RefreshSession(refreshToken, requestId, context.CancellationToken);
        return new V1.RefreshSessionResponse { Tokens = ToMessage(tokens.OrRefuse()) };
    }

    public override async Task<V1.EndSessionResponse> EndSession(V1.EndSessionRequest request, ServerCallContext context)
    {
        var caller = context.SignedInCustomer();

        await grains.Credentials(caller.Number).EndSession(caller.SessionId, context.Origin(), context.CancellationToken);
        return new V1.EndSessionResponse();
    }

    internal static V1.SessionTokens ToMessage(SessionTokens tokens) => new()
    {
        AccessToken = tokens.AccessToken.Value,
        AccessTokenExpireTime = tokens.AccessTokenExpiresAt.ToMessage(),
        RefreshToken = tokens.RefreshToken.Value,
        RefreshTokenExpireTime = tokens.RefreshTokenExpiresAt.ToMessage(),
    };
}
