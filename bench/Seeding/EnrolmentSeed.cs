using System.Text.Json;
using BktSmart.Authentication;
using BktSmart.Messages;
using BktSmart.Values;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace BktSmart.Bench.Seeding;

/// <summary>
/// Enrols every customer of the <see cref="AccountBook"/> in the database, as its owner. All have one password and one hash of it: a hash
/// each is not what is measured.
/// </summary>
internal static class EnrolmentSeed
{
    public const string Password = "dritare-e-hapur-4711";

    /// <param name="devices">Whether each has a device that takes push messages.</param>
    public static async Task BankAsync(NpgsqlDataSource owner, int accounts, bool devices, CancellationToken stop)
    {
        var device = new DeviceState { Id = Guid.NewGuid(), Name = "Phone", Platform = DevicePlatform.Android, PushToken = "token" };
        using var hasher = new PasswordHasher(Options.Create(new PasswordHashOptions()), new Argon2Derivation());
        var state = new CredentialsState
        {
            PasswordHash = (await hasher.HashAsync(PasswordPolicy.Normalise(new Secret(Password)), stop)).Value,
            PasswordSetAt = DateTimeOffset.UtcNow,
            Devices = devices ? [device] : [],
            LastDeviceId = devices ? device.Id : null,
        };
        await using var credentials = owner.CreateCommand("""
            insert into bank.credentials (customer_number, version, epoch, fnp_allowed, push_platform, state)
            select $1 + n, 1, $3, true, $5, $4
              from generate_series(0, $2 - 1) as n
            """);
        credentials.Parameters.Add(new() { Value = AccountBook.FirstCustomer });
        credentials.Parameters.Add(new() { Value = AccountBook.Customers(accounts) });
        credentials.Parameters.Add(new() { Value = state.Epoch });
        credentials.Parameters.Add(new() { Value = JsonSerializer.Serialize(state), NpgsqlDbType = NpgsqlDbType.Jsonb });
        credentials.Parameters.Add(new() { Value = devices ? (short)device.Platform : (short)0 });
        await credentials.ExecuteNonQueryAsync(stop);
    }
}
