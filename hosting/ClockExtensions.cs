using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace BktSmart.Hosting;

/// <summary>Gives a program the bank's clock.</summary>
public static class ClockExtensions
{
    /// <summary>The bank's clock is the machine's, or in Development one that can be moved on.</summary>
    public static IServiceCollection AddBankClock(this IServiceCollection services)
    {
        services.AddChecked<ClockOptions, ClockOptions.Validator>(ClockOptions.Section);
        return services.AddKeyedSingleton(
            BankClockAttribute.Key,
            (provider, _) => provider.GetRequiredService<IOptions<ClockOptions>>().Value.AheadFile is { Length: > 0 } file
                ? new DevelopmentClock(file)
                : TimeProvider.System);
    }

    /// <summary>The clock that parameters with the <see cref="BankClockAttribute"/> get.</summary>
    public static TimeProvider GetBankClock(this IServiceProvider provider) =>
        provider.GetRequiredKeyedService<TimeProvider>(BankClockAttribute.Key);

    /// <summary>The bank's clock, unless it is there already, is the <see cref="TimeProvider"/> of the program.</summary>
    public static void TryAddBankClock(this IServiceCollection services) =>
        services.TryAddKeyedSingleton(BankClockAttribute.Key, (provider, _) => provider.GetRequiredService<TimeProvider>());
}
