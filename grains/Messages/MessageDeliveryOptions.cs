using System.ComponentModel.DataAnnotations;

namespace BktSmart.Messages;

/// <summary>Limits on what goes out to the SMS provider and the push services. Section <c>MessageDelivery</c>.</summary>
public sealed class MessageDeliveryOptions
{
    public const string Section = "MessageDelivery";

    /// <summary>FNPs that wait in a silo, at most; more are dropped, and the customer asks for another. 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int SmsQueueLengthMax { get; set; } = 1_000;

    /// <summary>FNPs under way to the provider at one time. 1 to 100.</summary>
    [Range(1, 100)]
    public int SmsConcurrencyMax { get; set; } = 8;

    /// <summary>How long one SMS may take to be accepted. 100 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan SmsTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one push message may take to be accepted. 100 ms to 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:10")]
    public TimeSpan PushTimeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Push messages of the outbox under way at one time, to each platform. 1 to 1,000.</summary>
    [Range(1, 1_000)]
    public int PushConcurrencyMax { get; set; } = 64;

    /// <summary>SMS of the outbox under way at one time; they leave the provider's capacity to FNPs. 1 to 100.</summary>
    [Range(1, 100)]
    public int TellingSmsConcurrencyMax { get; set; } = 2;

    /// <summary>How often a silo looks into the outbox without a signal. 10 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan OutboxPollInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Before the second try of a message; doubles with each. 100 ms to 5 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan OutboxRetryDelay { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest pause between two tries, unless the gateway asks for a longer one. 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan OutboxRetryDelayMax { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a push message is tried; its notification stays in the inbox. 1 min to 7 d.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan PushLifetime { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long an SMS that tells something is tried. 1 min to 7 d.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan TellingSmsLifetime { get; set; } = TimeSpan.FromDays(1);
}
