using System.Security.Cryptography;
using Npgsql;

namespace BktSmart.Dev.Database;

/// <summary>
/// One database of the bank with its two logins: the owner, who migrates, and the silo, whose rights come from the group <c>bkt_silo</c>
/// that the migrations grant to. The passwords are new at each start and are kept nowhere. While it is open it is claimed on the server, so
/// that a second launcher does not change them under the first.
/// </summary>
public sealed class LocalDatabase : IAsyncDisposable
{
    private const string SiloGroup = "bkt_silo";
    private const int CheckpointSecondsMax = 300;

    private readonly string _adminConnectionString;
    private readonly NpgsqlConnection _claim;

    private LocalDatabase(string adminConnectionString, string name, NpgsqlConnection claim, string ownerPassword, string siloPassword)
    {
        _adminConnectionString = adminConnectionString;
        _claim = claim;
        Name = name;
        OwnerConnectionString = Login(OwnerOf(name), ownerPassword);
        SiloConnectionString = Login($"{name}_silo", siloPassword);
    }

    public string Name { get; }

    /// <summary>For migrations. Holds a password: do not print it.</summary>
    public string OwnerConnectionString { get; }

    /// <summary>For silos. Holds a password: do not print it.</summary>
    public string SiloConnectionString { get; }

    /// <summary>Opens the database, making what is missing of it.</summary>
    /// <param name="adminConnectionString">A login with the right to create roles and databases.</param>
    /// <param name="name">The database.</param>
    /// <param name="template">A database that was made here too, without connections, of which a new one becomes a copy; null for an empty
    /// one.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="LaunchException">Another launcher uses it, or the server refuses.</exception>
    public static async Task<LocalDatabase> CreateAsync(
        string adminConnectionString, string name, string? template = null, CancellationToken cancellationToken = default)
    {
        var admin = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(adminConnectionString) { Pooling = false, KeepAlive = 30 }.ConnectionString);
        try
        {
            await admin.OpenAsync(cancellationToken);
            await ClaimAsync(admin, name, cancellationToken);
            var ownerPassword = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
            var siloPassword = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
            await CreateRolesAsync(admin, name, ownerPassword, siloPassword, cancellationToken);
            await CreateDatabaseAsync(admin, name, template, cancellationToken);
            return new LocalDatabase(adminConnectionString, name, admin, ownerPassword, siloPassword);
        }
        catch (Exception e)
        {
            await admin.DisposeAsync();
            if (e is NpgsqlException)
                throw new LaunchException($"The database {name} cannot be set up: {e.Message}", e);
            throw;
        }
    }

    /// <summary>Removes the database, cutting off who still uses it, and its logins.</summary>
    public async Task DropAsync(CancellationToken cancellationToken = default)
    {
        // Pooled connections of this process would find out only when they are used again.
        NpgsqlConnection.ClearPool(new NpgsqlConnection(OwnerConnectionString));
        NpgsqlConnection.ClearPool(new NpgsqlConnection(SiloConnectionString));
        await ExecuteAsync(_claim, $"drop database if exists {Quote(Name)} with (force)", cancellationToken);
        await ExecuteAsync(_claim, $"drop role if exists {Quote($"{Name}_silo")}", cancellationToken);
        await ExecuteAsync(_claim, $"drop role if exists {Quote(OwnerOf(Name))}", cancellationToken);
    }

    /// <summary>Lets go of the database, which stays.</summary>
    public ValueTask DisposeAsync() => _claim.DisposeAsync();

    private static string OwnerOf(string database) => $"{database}_owner";

    private string Login(string role, string password) =>
        new NpgsqlConnectionStringBuilder(
            _adminConnectionString) { Username = role, Password = password, Database = Name }.ConnectionString;

    private static async Task ClaimAsync(NpgsqlConnection admin, string name, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select pg_try_advisory_lock(hashtextextended('bktsmart database ' || $1, 0))", admin);
        command.Parameters.AddWithValue(name);
        if (await command.ExecuteScalarAsync(cancellationToken) is not true)
            throw new LaunchException(
                $"The database {name} is in use by another launcher; stop that one, or choose another name with --database.");
    }

    private static async Task CreateRolesAsync(
        NpgsqlConnection admin, string name, string ownerPassword, string siloPassword, CancellationToken cancellationToken)
    {
        await ExecuteAsync(admin, CreateRole(SiloGroup, "nologin"), cancellationToken);
        foreach (var (role, password) in ((string, string)[])[(OwnerOf(name), ownerPassword), ($"{name}_silo", siloPassword)])
            await ExecuteAsync(
                admin, $"{CreateRole(role, "login")}; alter role {Quote(role)} login password '{password}'", cancellationToken);
        await GrantRoleAsync(admin, SiloGroup, Quote($"{name}_silo"), cancellationToken);
    }

    private static async Task CreateDatabaseAsync(
        NpgsqlConnection admin, string name, string? template, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand("select 1 from pg_database where datname = $1", admin);
        exists.Parameters.AddWithValue(name);
        if (await exists.ExecuteScalarAsync(cancellationToken) is null)
        {
            // An administrator who is not a superuser may only give a database to a role that they are a member of.
            await GrantRoleAsync(admin, OwnerOf(name), "current_user", cancellationToken);
            await ExecuteAsync(
                admin,
                $"create database {Quote(name)} owner {Quote(OwnerOf(name))} template {Quote(template ?? "template0")} encoding 'UTF8'",
                cancellationToken);
        }

        // In a copy everything belongs to the owner of the original.
        if (template is not null)
            await GrantRoleAsync(admin, OwnerOf(template), Quote(OwnerOf(name)), cancellationToken);
        await ExecuteAsync(admin, $"revoke all on database {Quote(name)} from public", cancellationToken);
        await ExecuteAsync(admin, $"grant connect on database {Quote(name)} to {Quote($"{name}_silo")}", cancellationToken);
    }

    // "create role if not exists" does not exist, and two launchers may do it at the same time.
    private static string CreateRole(string role, string attributes) => $"""
        do $$
        begin
            create role {Quote(role)} {attributes};
        exception
            when duplicate_object or unique_violation then null;
        end
        $$
        """;

    // A membership that is there is only a notice; one that another launcher grants at this moment is an error, and as good.
    private static async Task GrantRoleAsync(NpgsqlConnection admin, string group, string member, CancellationToken cancellationToken)
    {
        try
        {
            await ExecuteAsync(admin, $"grant {Quote(group)} to {member}", cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.UniqueViolation)
        {
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        // Making and dropping a database wait for a checkpoint of the whole server.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = CheckpointSecondsMax };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Quote(string identifier) => $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
