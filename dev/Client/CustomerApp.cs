using BktSmart.V1;
using Grpc.Core;

namespace BktSmart.Dev.Client;

/// <summary>The app on a customer's device: knows who is signed in, and reads FNPs from the customer's phone.</summary>
public sealed class CustomerApp
{
    private readonly BankClient _bank;
    private readonly Person _person;
    private RefreshSessionRequest? _refresh;

    internal CustomerApp(BankClient bank, Person person, Phone phone)
    {
        (_bank, _person, Phone, Password) = (bank, person, phone, person.Password);
        (Authentication, Security, Accounts, Transfers, PaymentControl, StandingOrders, Notifications) = Services(null);
    }

    public Phone Phone { get; }

    /// <summary>What the customer signs in with; a change replaces it.</summary>
    public string Password { get; private set; }

    /// <summary>The session; null before the first sign-in.</summary>
    public SessionTokens? Session { get; private set; }

    public AuthenticationService.AuthenticationServiceClient Authentication { get; private set; }

    public SecurityService.SecurityServiceClient Security { get; private set; }

    public AccountService.AccountServiceClient Accounts { get; private set; }

    public TransferService.TransferServiceClient Transfers { get; private set; }

    public PaymentControlService.PaymentControlServiceClient PaymentControl { get; private set; }

    public StandingOrderService.StandingOrderServiceClient StandingOrders { get; private set; }

    public NotificationService.NotificationServiceClient Notifications { get; private set; }

    private Device Device => new()
    {
        DeviceId = _person.DeviceId.ToString(),
        DisplayName = $"{_person.Platform} of {_person.Name}",
        Platform = _person.Platform,
        PushToken = $"push-{_person.DeviceId:N}",
    };

    /// <summary>Enrols with card, FNP and a new password.</summary>
    /// <param name="identifier">Customer number or NID.</param>
    /// <returns>The SMS that brought the FNP.</returns>
    public async Task<Message> EnrolAsync(string identifier, CancellationToken cancellationToken = default)
    {
        var begin = new BeginEnrolmentRequest
        {
            Identifier = identifier,
            CardNumber = _person.CardNumber,
            CardExpiry = _person.CardExpiry,
            Device = Device,
            RequestId = NewId(),
        };
        var begun = await _bank.Enrolment.BeginEnrolmentAsync(begin, cancellationToken: cancellationToken);
        var sms = await Phone.NextSmsAsync(cancellationToken);
        var complete = new CompleteEnrolmentRequest
        {
            EnrolmentId = begun.EnrolmentId,
            DeviceId = Device.DeviceId,
            Fnp = Phone.FnpIn(sms) ?? "",
            Password = Password,
        };
        await _bank.Enrolment.CompleteEnrolmentAsync(complete, cancellationToken: cancellationToken);
        return sms;
    }

    /// <summary>Signs in with password and FNP; calls after it carry the session's token.</summary>
    /// <param name="identifier">Customer number or NID.</param>
    /// <returns>The SMS that brought the FNP.</returns>
    public async Task<Message> SignInAsync(string identifier, CancellationToken cancellationToken = default)
    {
        var begin = new BeginSignInRequest { Identifier = identifier, Password = Password, Device = Device, RequestId = NewId() };
        var begun = await Authentication.BeginSignInAsync(begin, cancellationToken: cancellationToken);
        var sms = await Phone.NextSmsAsync(cancellationToken);
        var complete = new CompleteSignInRequest { SignInId = begun.SignInId, DeviceId = Device.DeviceId, Fnp = Phone.FnpIn(sms) ?? "" };
        Use((await Authentication.CompleteSignInAsync(complete, cancellationToken: cancellationToken)).Tokens);
        return sms;
    }

    /// <summary>Changes the password with the present one and an FNP; calls after it carry the token of the new session.</summary>
    /// <returns>The SMS that brought the FNP.</returns>
    public async Task<Message> ChangePasswordAsync(string password, CancellationToken cancellationToken = default)
    {
        var begun = await Security.BeginPasswordChangeAsync(
            new BeginPasswordChangeRequest { CurrentPassword = Password, RequestId = NewId() }, cancellationToken: cancellationToken);
        var sms = await Phone.NextSmsAsync(cancellationToken);
        var complete = new CompletePasswordChangeRequest
        {
            PasswordChangeId = begun.PasswordChangeId,
            DeviceId = Device.DeviceId,
            Fnp = Phone.FnpIn(sms) ?? "",
            Password = password,
        };
        Use((await Security.CompletePasswordChangeAsync(complete, cancellationToken: cancellationToken)).Tokens);
        Password = password;
        return sms;
    }

    /// <summary>Replaces a forgotten password with card and FNP. It is no sign-in.</summary>
    /// <param name="identifier">Customer number or NID.</param>
    /// <param name="password">The new one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The SMS that brought the FNP.</returns>
    public async Task<Message> ResetPasswordAsync(string identifier, string password, CancellationToken cancellationToken = default)
    {
        var begin = new BeginPasswordResetRequest
        {
            Identifier = identifier,
            CardNumber = _person.CardNumber,
            CardExpiry = _person.CardExpiry,
            Device = Device,
            RequestId = NewId(),
        };
        var begun = await Authentication.BeginPasswordResetAsync(begin, cancellationToken: cancellationToken);
        var sms = await Phone.NextSmsAsync(cancellationToken);
        var complete = new CompletePasswordResetRequest
        {
            PasswordResetId = begun.PasswordResetId,
            DeviceId = Device.DeviceId,
            Fnp = Phone.FnpIn(sms) ?? "",
            Password = password,
        };
        await Authentication.CompletePasswordResetAsync(complete, cancellationToken: cancellationToken);
        Password = password;
        return sms;
    }

    public async Task<IReadOnlyList<Session>> ListSessionsAsync(CancellationToken cancellationToken = default) =>
        (await Security.ListSessionsAsync(new ListSessionsRequest(), cancellationToken: cancellationToken)).Sessions;

    public async Task<IReadOnlyList<KnownDevice>> ListDevicesAsync(CancellationToken cancellationToken = default) =>
        (await Security.ListDevicesAsync(new ListDevicesRequest(), cancellationToken: cancellationToken)).Devices;

    /// <summary>The newest page of the security log.</summary>
    public async Task<IReadOnlyList<SecurityEvent>> ListSecurityEventsAsync(CancellationToken cancellationToken = default) =>
        (await Security.ListSecurityEventsAsync(new ListSecurityEventsRequest(), cancellationToken: cancellationToken)).Events;

    /// <summary>Exchanges the refresh token; calls after it carry the new access token. After a lost answer, call it again.</summary>
    public async Task<SessionTokens> RefreshAsync(CancellationToken cancellationToken = default)
    {
        // A token that comes again under another id would end the session.
        if (_refresh?.RefreshToken != Session!.RefreshToken)
            _refresh = new RefreshSessionRequest { RefreshToken = Session.RefreshToken, RequestId = NewId() };
        Use((await Authentication.RefreshSessionAsync(_refresh, cancellationToken: cancellationToken)).Tokens);
        return Session;
    }

    public async Task<IReadOnlyList<Account>> ListAccountsAsync(CancellationToken cancellationToken = default) =>
        (await Accounts.ListAccountsAsync(new ListAccountsRequest(), cancellationToken: cancellationToken)).Accounts;

    /// <summary>The newest page of an account's transactions.</summary>
    public async Task<IReadOnlyList<Transaction>> ListTransactionsAsync(string account, CancellationToken cancellationToken = default)
    {
        var request = new ListTransactionsRequest { Parent = account };
        return (await Accounts.ListTransactionsAsync(request, cancellationToken: cancellationToken)).Transactions;
    }

    public async Task<Transfer> PayAsync(CreateTransferRequest request, CancellationToken cancellationToken = default) =>
        (await Transfers.CreateTransferAsync(request, cancellationToken: cancellationToken)).Transfer;

    /// <summary>Asks for the FNP that confirms a payment, and puts it into the request.</summary>
    /// <returns>The SMS that brought the FNP.</returns>
    public async Task<Message> ConfirmAsync(CreateTransferRequest request, CancellationToken cancellationToken = default)
    {
        (request.Confirmation, var sms) = await ConfirmAsync(new BeginConfirmationRequest { Transfer = request }, cancellationToken);
        return sms;
    }

    /// <summary>Asks for the FNP that confirms what the customer wants.</summary>
    /// <returns>What goes into the request, and the SMS that brought the FNP.</returns>
    public async Task<(Confirmation Confirmation, Message Sms)> ConfirmAsync(
        BeginConfirmationRequest operation, CancellationToken cancellationToken = default)
    {
        operation.RequestId = NewId();
        var begun = await PaymentControl.BeginConfirmationAsync(operation, cancellationToken: cancellationToken);
        var sms = await Phone.NextSmsAsync(cancellationToken);
        return (
            new Confirmation { ConfirmationId = begun.ConfirmationId, DeviceId = Device.DeviceId, Fnp = Phone.FnpIn(sms) ?? "" }, sms);
    }

    public async Task<Transfer> GetTransferAsync(string name, CancellationToken cancellationToken = default) =>
        (await Transfers.GetTransferAsync(new GetTransferRequest { Name = name }, cancellationToken: cancellationToken)).Transfer;

    /// <summary>The newest page of the inbox.</summary>
    public async Task<ListNotificationsResponse> ListNotificationsAsync(CancellationToken cancellationToken = default) =>
        await Notifications.ListNotificationsAsync(new ListNotificationsRequest(), cancellationToken: cancellationToken);

    /// <summary>Marks everything up to a notification as read.</summary>
    /// <returns>How many are still unread.</returns>
    public async Task<int> MarkReadAsync(long upToNumber, CancellationToken cancellationToken = default)
    {
        var request = new MarkNotificationsReadRequest { UpToNumber = upToNumber };
        return (await Notifications.MarkNotificationsReadAsync(request, cancellationToken: cancellationToken)).UnreadCount;
    }

    /// <summary>The live notifications behind a number.</summary>
    public AsyncServerStreamingCall<WatchNotificationsResponse> Watch(long afterNumber, CancellationToken cancellationToken = default) =>
        Notifications.WatchNotifications(new WatchNotificationsRequest { AfterNumber = afterNumber }, cancellationToken: cancellationToken);

    private static string NewId() => Guid.NewGuid().ToString();

    [System.Diagnostics.CodeAnalysis.MemberNotNull(nameof(Session))]
    private void Use(SessionTokens tokens)
    {
        Session = tokens;
        (Authentication, Security, Accounts, Transfers, PaymentControl, StandingOrders, Notifications) = Services(tokens.AccessToken);
    }

    private (AuthenticationService.AuthenticationServiceClient, SecurityService.SecurityServiceClient, AccountService.AccountServiceClient,
        TransferService.TransferServiceClient, PaymentControlService.PaymentControlServiceClient,
        StandingOrderService.StandingOrderServiceClient, NotificationService.NotificationServiceClient) Services(string? token)
    {
        var calls = _bank.As(token);
        return (new(calls), new(calls), new(calls), new(calls), new(calls), new(calls), new(calls));
    }
}
