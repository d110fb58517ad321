using BktSmart.Messages;

namespace BktSmart.Silo.Messages;

internal static class MessageExtensions
{
    /// <summary>The development sink, for both ports; <see cref="MessageOptions.FindProblem"/> has made sure that this is Development.</summary>
    public static void AddMessages(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.GetSection(MessageOptions.Section).Get<MessageOptions>() ?? new MessageOptions();
        builder.Services.AddSingleton(provider => new DevelopmentSink(options.SinkFile, provider.GetRequiredService<ISmsReceipts>(), provider.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<ISmsGateway>(provider => provider.GetRequiredService<DevelopmentSink>());
        builder.Services.AddSingleton<IPushGateway>(provider => provider.GetRequiredService<DevelopmentSink>());
    }
}
