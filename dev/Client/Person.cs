using BktSmart.Staff.V1;
using BktSmart.V1;

namespace BktSmart.Dev.Client;

/// <summary>A made-up customer to be. All numbers are valid in form.</summary>
public sealed record Person
{
    public required string Name { get; init; }

    /// <summary>NID.</summary>
    public required string NationalId { get; init; }

    /// <summary>E.164.</summary>
    public required string PhoneNumber { get; init; }

    public required string CardNumber { get; init; }

    /// <summary>MM/YY.</summary>
    public required string CardExpiry { get; init; }

    public required string Password { get; init; }

    public Language Language { get; init; } = Language.Albanian;

    /// <summary>The device with the app.</summary>
    public Guid DeviceId { get; init; } = Guid.NewGuid();

    public DevicePlatform Platform { get; init; } = DevicePlatform.Android;
}
