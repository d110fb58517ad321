namespace BktSmart.Authentication;

/// <summary>An entry of a customer's security log. The numbers are stored.</summary>
public enum SecurityEventKind
{
    Enrolled = 1,
    SignedIn = 2,
    SignedInOnNewDevice = 3,
    PasswordWrong = 4,
    FnpWrong = 5,

    /// <summary>No more passwords are taken from devices that were never signed in, for a while.</summary>
    UnknownDevicesShutOut = 6,
    Locked = 7,
    Unlocked = 8,
    PasswordChanged = 9,
    PasswordReset = 10,
    SessionEnded = 11,
    AllSessionsEnded = 12,
    PhoneSuspended = 13,
    PhoneResumed = 14,
    PhoneChanged = 15,
    FnpReported = 16,
    DeviceRenamed = 17,

    /// <summary>The password was right; the FNP is not here yet.</summary>
    SignInBegun = 18,

    /// <summary>A new password was begun with the right card.</summary>
    NewPasswordBegun = 19,

    /// <summary>The customer was told that the password ends.</summary>
    PasswordReminder = 20,

    /// <summary>A payment was confirmed with an FNP.</summary>
    PaymentConfirmed = 21,
    TrustedPayeeConfirmed = 22,
    TrustedPayeeRemoved = 23,
    LimitRaiseConfirmed = 24,
    LimitsLowered = 25,

    /// <summary>The cards were reported lost.</summary>
    CardsBlocked = 26,

    /// <summary>A device was forgotten.</summary>
    DeviceRemoved = 27,

    /// <summary>Staff ended what a reported FNP began: each payment needed an FNP.</summary>
    RaisedRiskEnded = 28,

    /// <summary>A standing order was given, changed, resumed or cancelled, or a payment of it tried again, with an FNP.</summary>
    StandingOrderConfirmed = 29,

    /// <summary>The customer, or staff, paused a standing order, which needs no FNP.</summary>
    StandingOrderPaused = 30,
}
