using BktSmart.Accounts;
using BktSmart.Audit;
using BktSmart.Authentication;
using BktSmart.Customers;
using BktSmart.Ledger;
using BktSmart.Messages;
using BktSmart.Notifications;
using BktSmart.Payments;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Orleans.Streams;

namespace BktSmart;

public static class BankSiloBuilderExtensions
{
    /// <summary>
    /// The bank's grains and what they need. The host adds the <see cref="NpgsqlDataSource"/>, an <see cref="ISmsGateway"/> and an
    /// <see cref="IPushGateway"/>; configuration is read from the sections that the options classes name.
    /// </summary>
    public static ISiloBuilder AddBank(this ISiloBuilder silo, IConfiguration configuration)
    {
        var services = silo.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddKeyedSingleton(BackgroundTime.Key, TimeProvider.System);

        Configure<LedgerOptions>(LedgerOptions.Section);
        Configure<LedgerEventOptions>(LedgerEventOptions.Section);
        Configure<AccountOptions>(AccountOptions.Section);
        Configure<ApprovalOptions>(ApprovalOptions.Section);
        Configure<PaymentOptions>(PaymentOptions.Section);
        Configure<FnpOptions>(FnpOptions.Section);
        Configure<LockoutOptions>(LockoutOptions.Section);
        Configure<PasswordOptions>(PasswordOptions.Section);
        Configure<SessionOptions>(SessionOptions.Section);
        Configure<MessageDeliveryOptions>(MessageDeliveryOptions.Section);
        Configure<PasswordHashOptions>(PasswordHashOptions.Section);
        services.AddOptions<KeyOptions>().Bind(configuration.GetSection(KeyOptions.Section));

        services.AddSingleton<BankKeys>();
        services.AddSingleton<PasswordHasher>();
        services.AddSingleton<TokenIssuer>();
        services.AddSingleton<CredentialsStore>();
        services.AddSingleton<FnpMessageStore>();
        services.AddSingleton<SupportCaseStore>();
        services.AddSingleton<ISmsReceipts>(provider => provider.GetRequiredService<FnpMessageStore>());
        services.AddSingleton<CustomerStore>();
        services.AddSingleton<AuditStore>();
        services.AddSingleton<AccountStore>();
        services.AddSingleton<ApprovalStore>();
        services.AddSingleton<AccountDirectory>();
        services.AddSingleton<PaymentStore>();
        services.AddSingleton<Confirmations>();
        services.AddSingleton<NotificationStore>();
        services.AddSingleton<LedgerCache>();
        services.AddSingleton(provider => new LedgerIdentity(provider.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString()));
        services.AddSingleton<LedgerStore>();
        services.AddSingleton<ILedgerDatabase>(provider => provider.GetRequiredService<LedgerStore>());
        services.AddSingleton<LedgerPoster>();
        services.AddSingleton<ILedgerLeadership, LedgerLeadership>();
        services.AddSingleton<LedgerHandOver>();
        services.AddGrainService<LedgerLeaderService>();
        services.AddSingleton<LedgerReader>();
        services.AddSingleton<LedgerEventStore>();
        AddWithLifecycle<LedgerWriter>();
        AddWithLifecycle<LedgerEventSignal>();
        AddWithLifecycle<HoldExpiry>();
        AddWithLifecycle<BalanceAge>();
        AddWithLifecycle<SmsQueue>();
        AddWithLifecycle<SessionSweeper>();
        AddWithLifecycle<PasswordReminders>();

        // State as plain JSON: no type names in the rows, and a field can be added.
        silo.UseSystemTextJsonGrainStorageSerializer();
        silo.AddAdoNetGrainStorage(GrainStorage.Name, options => options.Configure<NpgsqlDataSource>((storage, database) =>
        {
            storage.Invariant = "Npgsql";
            storage.DataSource = database;
            storage.DeleteStateOnClear = true;
        }));

        silo.AddPersistentStreams(TransactionPosted.StreamProvider, (provider, name) => new LedgerEventAdapterFactory(provider, name), streams =>
        {
            streams.ConfigurePullingAgent(options => options.Configure(agent =>
            {
                // The receiver itself waits for a signal; the timer only starts the next wait.
                agent.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(10);
                agent.MaxEventDeliveryTime = TimeSpan.FromSeconds(30);
                agent.StreamInactivityPeriod = TimeSpan.FromMinutes(5);
            }));
            streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
        });

        silo.AddIncomingGrainCallFilter<StorageExceptionFilter>();
        return silo;

        void Configure<T>(string section) where T : class => services.AddOptions<T>().Bind(configuration.GetSection(section)).ValidateDataAnnotations().ValidateOnStart();

        void AddWithLifecycle<T>() where T : class, ILifecycleParticipant<ISiloLifecycle>
        {
            services.AddSingleton<T>();
            services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(provider => provider.GetRequiredService<T>());
        }
    }
}
