using BktSmart.Admission;
using BktSmart.Errors;
using BktSmart.Requests;
using Grpc.Core;

namespace BktSmart.Authentication;

internal sealed class EnrolmentService(IGrainFactory grains, SignInThrottle throttle, AnswerTime answerTime)
    : V1.EnrolmentService.EnrolmentServiceBase
{
    public override async Task<V1.BeginEnrolmentResponse> BeginEnrolment(V1.BeginEnrolmentRequest request, ServerCallContext context)
    {
        var identifier = Fields.CustomerIdentifier(request.Identifier, "identifier");
        var cardNumber = Fields.CardNumber(request.CardNumber, "card_number");
        var expiry = Fields.CardExpiry(request.CardExpiry, "card_expiry");
        var device = Fields.Device(request.Device, "device");
        var requestId = Fields.RequestId(request.RequestId, "request_id");

        throttle.Admit(context, device.Id, identifier);
        var begun = await answerTime.HoldAsync(
            () => grains.Authentication().BeginEnrolment(
                identifier, cardNumber, expiry, device, context.Origin(), requestId, context.CancellationToken),
            context.CancellationToken);
        var challenge = begun.OrRefuse();
        return new V1.BeginEnrolmentResponse
        {
            EnrolmentId = challenge.SessionId.ToString("D"),
            ExpireTime = challenge.ExpiresAt.ToMessage(),
            ResendTime = challenge.ResendAt.ToMessage(),
            ContactCentrePhoneNumber = ContactCentrePhone.Number,
        };
    }

    public override async Task<V1.CompleteEnrolmentResponse> CompleteEnrolment(
        V1.CompleteEnrolmentRequest request, ServerCallContext context)
    {
        var id = Fields.AttemptId(request.EnrolmentId, "enrolment_id");
        var deviceId = Fields.DeviceId(request.DeviceId, "device_id");
        var fnp = Fields.Fnp(request.Fnp, "fnp");
        var password = Fields.Password(request.Password, "password");

        throttle.AdmitStep(context);
        var done = await grains.Authentication().CompleteEnrolment(
            id, deviceId, fnp, password, context.Origin(), context.CancellationToken);
        done.OrRefuse();
        return new V1.CompleteEnrolmentResponse();
    }
}
