namespace BktSmart.Silo.Messages;

/// <summary>Where SMS and push messages go. Section <c>Messages</c>.</summary>
public sealed class MessageOptions
{
    public const string Section = "Messages";

    /// <summary>A file that takes every SMS and push message as a line of JSON, FNPs in clear: in Development, and nowhere else.</summary>
    public string SinkFile { get; set; } = "";

    /// <summary>What is wrong; null where nothing is.</summary>
    public static string? FindProblem(MessageOptions options, IHostEnvironment environment)
    {
        if (options.SinkFile.Length > 0 && !environment.IsDevelopment())
            return "Messages:SinkFile is set, and it would write one-time passwords to a file: it is for Development only. Unset it.";
        if (options.SinkFile.Length == 0)
            return environment.IsDevelopment()
                ? "Messages:SinkFile is not set: give the file that takes SMS and push messages in development."
                : "there is no gateway for SMS and push messages: register an ISmsGateway and an IPushGateway for the bank's providers.";
        return null;
    }
}
