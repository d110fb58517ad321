using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace BktSmart.Silo.Messages;

/// <summary>Where SMS and push messages go. Section <c>Messages</c>.</summary>
public sealed class MessageOptions
{
    public const string Section = "Messages";

    /// <summary>A file that takes every SMS and push message as a line of JSON, FNPs in clear: in Development, and nowhere else.</summary>
    public string SinkFile { get; set; } = "";

    /// <summary>How long the file takes for a push message, to see what a slow push service does. 0 to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan SinkPushDelay { get; set; } = TimeSpan.Zero;

    internal sealed class Validator(IHostEnvironment environment) : IValidateOptions<MessageOptions>
    {
        public ValidateOptionsResult Validate(string? name, MessageOptions options) =>
            (options.SinkFile.Length > 0, environment.IsDevelopment()) switch
            {
                (true, true) => ValidateOptionsResult.Success,
                (true, false) => ValidateOptionsResult.Fail(
                    "Messages:SinkFile is set, and it would write one-time passwords to a file: it is for Development only. Unset it."),
                (false, true) => ValidateOptionsResult.Fail(
                    "Messages:SinkFile is not set: give the file that takes SMS and push messages in development."),
                (false, false) => ValidateOptionsResult.Fail(
                    "There is no gateway for SMS and push messages: register an ISmsGateway and an IPushGateway for the bank's providers."),
            };
    }
}
