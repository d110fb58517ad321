using BktSmart.Authentication;
using BktSmart.Errors;
using BktSmart.Requests;
using Grpc.Core;

namespace BktSmart.Security;

internal sealed class SecurityService(IGrainFactory grains) : V1.SecurityService.SecurityServiceBase
{
    public override async Task<V1.BeginPasswordChangeResponse> BeginPasswordChange(
        V1.BeginPasswordChangeRequest request, ServerCallContext context)
    {
        var caller = context.SignedInCustomer();
        var (password, requestId) = request.Read(
            r => Fields.Password(r.CurrentPassword, "current_password"),
            r => Fields.RequestId(r.RequestId, "request_id"));

        var challenge = (await grains.Authentication().BeginPasswordChange(
            caller.Number, caller.SessionId, password, context.Origin(), requestId, context.CancellationToken)).OrRefuse();
        return new V1.BeginPasswordChangeResponse
        {
            PasswordChangeId = challenge.SessionId.ToString("D"),
            ExpireTime = challenge.ExpiresAt.ToMessage(),
            ResendTime = challenge.ResendAt.ToMessage(),
            ContactCentrePhoneNumber = ContactCentrePhone.Number,
        };
    }

    public override async Task<V1.CompletePasswordChangeResponse> CompletePasswordChange(
        V1.CompletePasswordChangeRequest request, ServerCallContext context)
    {
        var caller = context.SignedInCustomer();
        var (id, deviceId, fnp, password) = request.Read(
            r => Fields.AttemptId(r.PasswordChangeId, "password_change_id"),
            r => Fields.DeviceId(r.DeviceId, "device_id"),
            r => Fields.Fnp(r.Fnp, "fnp"),
            r => Fields.Password(r.Password, "password"));

        var changed = (await grains.Authentication().CompletePasswordChange(
            caller.Number, id, deviceId, fnp, password, context.Origin(), caller.SessionId, context.CancellationToken)).OrRefuse();
        return new V1.CompletePasswordChangeResponse { Tokens = AuthenticationService.ToMessage(changed.Tokens) };
    }

    public override async Task<V1.ListSessionsResponse> ListSessions(V1.ListSessionsRequest request, ServerCallContext context)
    {
        var caller = context.SignedInCustomer();

        var sessions = await grains.Credentials(caller.Number).ListSessions(context.CancellationToken);
        var (page, next) = Page.Cut(sessions, "sessions", request.PageSize, request.PageToken);
        return new V1.ListSessionsResponse
        {
            NextPageToken = next,
            Sessions =
            {
                page.Select(session => new V1.Session
                {
                    Name = ResourceNames.OfSession(session.Id),
                    DeviceId = session.DeviceId.ToString("D"),
                    DeviceDisplayName = session.DeviceName,
                    Platform = (V1.DevicePlatform)session.Platform,
                    CreateTime = session.OpenedAt.ToMessage(),
                    Current = session.Id == caller.SessionId,
                }),
            },
        };
    }

    public override async Task<V1.DeleteSessionResponse> DeleteSession(V1.DeleteSessionRequest request, ServerCallContext context)
    {
        var session = Fields.SessionName(request.Name, "name");

        await grains.Credentials(context.SignedInCustomer().Number).EndSession(session, context.Origin(), context.CancellationToken);
        return new V1.DeleteSessionResponse();
    }

    public override async Task<V1.EndOtherSessionsResponse> EndOtherSessions(V1.EndOtherSessionsRequest request, ServerCallContext context)
    {
        var caller = context.SignedInCustomer();

        await grains.Credentials(caller.Number).EndSessions(caller.SessionId, context.Origin(), context.CancellationToken);
        return new V1.EndOtherSessionsResponse();
    }

    public override async Task<V1.ListDevicesResponse> ListDevices(V1.ListDevicesRequest request, ServerCallContext context)
    {
        var devices = await grains.Credentials(context.SignedInCustomer().Number).ListDevices(context.CancellationToken);
        var (page, next) = Page.Cut(devices, "devices", request.PageSize, request.PageToken);
        return new V1.ListDevicesResponse { Devices = { page.Select(ToMessage) }, NextPageToken = next };
    }

    public override async Task<V1.UpdateDeviceResponse> UpdateDevice(V1.UpdateDeviceRequest request, ServerCallContext context)
    {
        const string DisplayName = "display_name";
        const string PushToken = "push_token";
        var ((given, device), mask) = request.Read(
            r => (r.Device.OrMissing("device"), Fields.DeviceName(r.Device.Name, "device.name")),
            r => Fields.UpdateMask(r.UpdateMask, [DisplayName, PushToken], "update_mask"));
        var (name, pushToken) = given.Read(
            g => mask.Contains(DisplayName) ? Fields.DeviceDisplayName(g.DisplayName, "device.display_name") : (string?)null,
            g => mask.Contains(PushToken) ? new Secret(Fields.PushToken(g.PushToken, "device.push_token") ?? "") : (Secret?)null);

        var caller = context.SignedInCustomer();
        var updated = await grains.Credentials(caller.Number).UpdateDevice(
            caller.SessionId, device, name, pushToken, context.Origin(), context.CancellationToken);
        return new V1.UpdateDeviceResponse { Device = ToMessage(updated.OrRefuse()) };
    }

    public override async Task<V1.DeleteDeviceResponse> DeleteDevice(V1.DeleteDeviceRequest request, ServerCallContext context)
    {
        var device = Fields.DeviceName(request.Name, "name");

        await grains.Credentials(context.SignedInCustomer().Number).DeleteDevice(device, context.Origin(), context.CancellationToken);
        return new V1.DeleteDeviceResponse();
    }

    public override async Task<V1.ListSecurityEventsResponse> ListSecurityEvents(
        V1.ListSecurityEventsRequest request, ServerCallContext context)
    {
        var customer = context.SignedInCustomer().Number;
        var page = await SecurityEvents.ReadAsync(grains, customer, request.PageSize, request.PageToken, context.CancellationToken);
        return new V1.ListSecurityEventsResponse { Events = { page.Events }, NextPageToken = page.NextToken };
    }

    public override async Task<V1.SuspendPhoneResponse> SuspendPhone(V1.SuspendPhoneRequest request, ServerCallContext context)
    {
        await grains.Credentials(context.SignedInCustomer().Number).SuspendPhone(
            staff: null, why: "", context.Origin(), context.CancellationToken);
        return new V1.SuspendPhoneResponse();
    }

    private static V1.KnownDevice ToMessage(KnownDevice device) => new()
    {
        Name = ResourceNames.OfDevice(device.Id),
        DisplayName = device.Name,
        Platform = (V1.DevicePlatform)device.Platform,
        LastSignInTime = device.LastSignInAt.ToMessage(),
        ReceivesNotifications = device.IsLast,
    };
}
