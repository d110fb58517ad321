using Microsoft.Extensions.DependencyInjection;

namespace BktSmart.Cards;

internal static class CardServices
{
    /// <summary>Cards, by the fingerprints of their numbers.</summary>
    public static ISiloBuilder AddCards(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.AddSingleton<CardStore>();
        return silo;
    }
}
