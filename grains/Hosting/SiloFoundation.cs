using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Orleans.Configuration;
using Orleans.Serialization;

namespace BktSmart.Hosting;

internal static class SiloFoundation
{
    /// <summary>What every slice stands on: clocks, the storage of grains, and what becomes of a failure of the database.</summary>
    public static ISiloBuilder AddFoundation(this ISiloBuilder silo)
    {
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.TryAddBankClock();
        silo.Services.TryAddKeyedSingleton(BackgroundTime.Key, TimeProvider.System);

        // State as plain JSON: no type names in the rows, and a field can be added.
        silo.UseSystemTextJsonGrainStorageSerializer();
        silo.AddAdoNetGrainStorage(GrainStorage.Name, options => options.Configure<NpgsqlDataSource>((storage, database) =>
        {
            storage.Invariant = "Npgsql";
            storage.DataSource = database;
            storage.DeleteStateOnClear = true;
        }));

        // When Orleans finds no place for a grain in time, it answers with an exception of Polly inside. Without this it could not send
        // that, and the caller would hear of a missing codec instead, which is a defect and no time-out.
        silo.Services.Configure<ExceptionSerializationOptions>(options => options.SupportedNamespacePrefixes.Add(nameof(Polly)));
        silo.AddGateway();
        silo.AddIncomingGrainCallFilter<StorageExceptionFilter>();
        silo.AddIncomingGrainCallFilter<UnknownKeyFilter>();
        // What is to leave after a minute leaves after seventy seconds at most.
        silo.Configure<GrainCollectionOptions>(options => options.CollectionQuantum = TimeSpan.FromSeconds(10));
        // So does the directory's note of where it was, also of a key that nothing has; one that is used stays. Orleans would keep it for
        // four minutes.
        silo.Configure<GrainDirectoryOptions>(options => options.MaximumCacheTTL = TimeSpan.FromMinutes(1));
        return silo;
    }

    /// <summary>Who comes through the gateway reaches what API nodes use. Before any other filter.</summary>
    private static void AddGateway(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<GatewayRefusals>();
        silo.Services.AddSingleton<GatewayGuard>();
        silo.Services.AddOptions<SiloConnectionOptions>().Configure<GatewayGuard>(
            (options, guard) => options.ConfigureGatewayInboundConnection(connection => connection.Use(guard.Guard)));
        silo.AddIncomingGrainCallFilter<GatewayCallFilter>();
    }

    /// <summary>A singleton that starts and stops with the silo.</summary>
    public static void AddWithLifecycle<T>(this IServiceCollection services)
        where T : class, ILifecycleParticipant<ISiloLifecycle>
    {
        services.AddSingleton<T>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<T>());
    }
}
