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
        var (identifier, cardNumber, expiry, device, requestId) = request.Read(
            r => Fields.CustomerIdentifier(r.Identifier, "identifier"),
            r => Fields.CardNumber(r.CardNumber, "card_number"),
            r => Fields.CardExpiry(r.CardExpiry, "card_expiry"),
            r => Fields.Device(r.Device, "device"),
            r => Fields.RequestId(r.RequestId, "request_id"));

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
        var (id, deviceId, fnp, password) = request.Read(
            r => Fields.AttemptId(r.EnrolmentId, "enrolment_id"),
            r => Fields.DeviceId(r.DeviceId, "device_id"),
            r => Fields.Fnp(r.Fnp, "fnp"),
            r => Fields.Password(r.Password, "password"));

        throttle.AdmitStep(context);
        var done = await grains.Authentication().CompleteEnrolment(
            id, deviceId, fnp, password, context.Origin(), context.CancellationToken);
        done.OrRefuse();
        return new V1.CompleteEnrolmentResponse();
    }
}
