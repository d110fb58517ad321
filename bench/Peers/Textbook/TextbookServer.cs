using Npgsql;

namespace BktSmart.Bench.Peers.Textbook;

/// <summary>
/// The server of the textbook: every statement is prepared, every connection is pooled, and who finds none waits for one.
/// </summary>
internal static class TextbookServer
{
    public static async Task<int> RunAsync()
    {
        var settings = new NpgsqlConnectionStringBuilder(PeerSettings.ConnectionString)
        {
            MinPoolSize = PeerSettings.PoolSize,
            MaxPoolSize = PeerSettings.PoolSize,
            MaxAutoPrepare = 20,
            AutoPrepareMinUsages = 1,
            NoResetOnClose = true,
            Timeout = 60,
        };
        await using var database = NpgsqlDataSource.Create(settings.ConnectionString);
        await CreateTablesAsync(database);
        var builder = PeerSettings.GrpcHost();
        builder.Services.AddSingleton(new TextbookStore(database));
        var app = builder.Build();
        app.MapGrpcService<TextbookTransferService>();
        await app.RunAsync();
        return 0;
    }

    private static async Task CreateTablesAsync(NpgsqlDataSource database)
    {
        await using var exists = database.CreateCommand("select to_regclass('account') is not null");
        if (await exists.ExecuteScalarAsync() is true)
            return;
        using var reader = new StreamReader(typeof(TextbookServer).Assembly.GetManifestResourceStream("textbook.sql")!);
        await using var create = database.CreateCommand(await reader.ReadToEndAsync());
        await create.ExecuteNonQueryAsync();
    }
}
