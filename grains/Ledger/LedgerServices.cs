using Microsoft.Extensions.DependencyInjection;
using Orleans.Streams;

namespace BktSmart.Ledger;

internal static class LedgerServices
{
    /// <summary>The books: accounts as they stand, transfers, and the events that tell of them.</summary>
    public static ISiloBuilder AddLedger(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddChecked<LedgerOptions>(LedgerOptions.Section);
        services.AddChecked<LedgerEventOptions>(LedgerEventOptions.Section);
        services.AddChecked<AccountOptions>(AccountOptions.Section);
        services.AddChecked<PaymentOptions>(PaymentOptions.Section);

        services.AddSingleton<LedgerCache>();
        services.AddSingleton(
            provider => new LedgerIdentity(provider.GetRequiredService<ILocalSiloDetails>().SiloAddress.ToParsableString()));
        services.AddSingleton<LedgerStore>();
        services.AddSingleton<ILedgerDatabase>(provider => provider.GetRequiredService<LedgerStore>());
        services.AddSingleton<LedgerReader>();
        services.AddSingleton<AccountRegister>();
        services.AddSingleton<AccountDirectory>();

        services.AddSingleton<Rulebook>();
        services.AddSingleton<LedgerPoster>();
        services.AddSingleton<ILedgerLeadership, LedgerLeadership>();
        services.AddSingleton<LedgerHandOver>();
        services.AddSingleton<HeldAccounts>();
        services.AddGrainService<LedgerLeaderService>();
        services.AddWithLifecycle<LedgerRehearsal>();
        services.AddWithLifecycle<LedgerWriter>();
        services.AddWithLifecycle<HoldExpiry>();
        services.AddWithLifecycle<DeadSiloFence>();
        services.AddSingleton<BalanceAge>();

        services.AddSingleton<LedgerEventStore>();
        services.AddWithLifecycle<LedgerEventSignal>();
        services.AddWithLifecycle<LedgerEventReplay>();
        silo.AddPersistentStreams(
            TransactionPosted.StreamProvider, (provider, name) => new LedgerEventAdapterFactory(provider, name), streams =>
            {
                streams.ConfigurePullingAgent(options => options.Configure(agent =>
                {
                    // The receiver itself waits for a signal; the timer only starts the next wait.
                    agent.GetQueueMsgsTimerPeriod = TimeSpan.FromMilliseconds(10);
                    agent.MaxEventDeliveryTime = TimeSpan.FromSeconds(10);
                    agent.StreamInactivityPeriod = TimeSpan.FromMinutes(5);
                }));
                streams.ConfigureStreamPubSub(StreamPubSubType.ImplicitOnly);
            });
        return silo;
    }
}
