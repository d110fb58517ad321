using BktSmart.Messages;
using Microsoft.Extensions.Options;

namespace BktSmart.Silo.Messages;

internal static class MessageExtensions
{
    /// <summary>The development sink, for both ports; <see cref="MessageOptions.Validator"/> makes sure that this is Development.</summary>
    public static void AddMessages(this WebApplicationBuilder builder)
    {
        builder.Services.AddChecked<MessageOptions, MessageOptions.Validator>(MessageOptions.Section);
        builder.Services.AddSingleton(services => new DevelopmentSink(
            services.GetRequiredService<IOptions<MessageOptions>>().Value, services.GetRequiredService<ISmsReceipts>(),
            services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<ISmsGateway>(services => services.GetRequiredService<DevelopmentSink>());
        builder.Services.AddSingleton<IPushGateway>(services => services.GetRequiredService<DevelopmentSink>());
    }
}
