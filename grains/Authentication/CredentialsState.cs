using System.Text.Json.Serialization;

namespace BktSmart.Authentication;

/// <summary>
/// What is stored of a customer's sign-in, as JSON. Every change is a new value, so that what could not be stored was never there.
/// </summary>
internal sealed record CredentialsState : StoredState
{
    public static readonly CredentialsState None = new();

    /// <summary>Argon2id in PHC format; null before enrolment.</summary>
    public string? PasswordHash { get; init; }
    public DateTimeOffset? PasswordSetAt { get; init; }

    /// <summary>The use of the FNP that set it: <see cref="FnpProof.Use"/>.</summary>
    public Guid? PasswordSetBy { get; init; }

    /// <summary>The device on which it was set, with card and FNP, until somebody signs in; then <see cref="Devices"/> alone say.</summary>
    public Guid? PasswordSetOn { get; init; }

    /// <summary>How it was changed; null where it was set at enrolment or after it was forgotten.</summary>
    public PasswordChange? PasswordChange { get; init; }

    /// <summary>Of the passwords before, the newest first.</summary>
    public IReadOnlyList<string> FormerPasswordHashes { get; init; } = [];

    /// <summary>How often the customer was told that this password ends.</summary>
    public int PasswordReminders { get; init; }

    /// <summary>Somebody else may know the password.</summary>
    public bool MustChangePassword { get; init; }

    /// <summary>Consecutive: on devices that were signed in on, and after a right password.</summary>
    public int Failures { get; init; }

    /// <summary>Consecutive wrong passwords from devices that were never signed in on.</summary>
    public int UnknownDeviceFailures { get; init; }
    public DateTimeOffset? UnknownDevicesShutOutUntil { get; init; }
    public DateTimeOffset? LockedAt { get; init; }

    public int Epoch { get; init; }
    public DateTimeOffset? PhoneSuspendedAt { get; init; }
    public DateTimeOffset? FnpBlockedUntil { get; init; }

    /// <summary>
    /// The customer has reported an FNP: before this day in Tirana each payment needs one. Accounts have copies, which decide, and take it
    /// from here when they are opened.
    /// </summary>
    public DateOnly? RiskRaisedUntil { get; init; }

    /// <summary>When the last report came.</summary>
    public DateTimeOffset? RiskRaisedAt { get; init; }

    public Guid? LastDeviceId { get; init; }

    /// <summary>Devices that were signed in on, the latest last.</summary>
    public IReadOnlyList<DeviceState> Devices { get; init; } = [];

    /// <summary>Open sessions, oldest first; some may have ended by themselves.</summary>
    public IReadOnlyList<SessionEntry> Sessions { get; init; } = [];

    [JsonIgnore]
    public DeviceState? LastDevice => Devices.FirstOrDefault(device => device.Id == LastDeviceId);

    /// <summary>Whether its failures are those of the customer, and nobody shuts it out.</summary>
    public bool Trusts(Guid deviceId) => Knows(deviceId) || PasswordSetOn == deviceId;

    public bool Knows(Guid deviceId) => Devices.Any(device => device.Id == deviceId);
}
