using System.ComponentModel.DataAnnotations;

namespace BktSmart.Messages;

/// <summary>Limits on what goes out to the SMS provider and the push services. Section <c>MessageDelivery</c>.</summary>
public sealed class MessageDeliveryOptions
{
    public const string Section = "MessageDelivery";

    /// <summary>SMS that wait in a silo, at most; more are dropped, and the customer asks for another FNP. 1 to 100,000.</summary>
    [Range(1, 100_000)]
    public int SmsQueueLengthMax { get; set; } = 1_000;

    /// <summary>SMS under way to the provider at one time. 1 to 100.</summary>
    [Range(1, 100)]
    public int SmsConcurrencyMax { get; set; } = 8;

    /// <summary>How long one SMS may take to be accepted. 100 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan SmsTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long one push message may take to be accepted. 100 ms to 10 s, after which a delivery to an inbox would fail.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:00:10")]
    public TimeSpan PushTimeout { get; set; } = TimeSpan.FromSeconds(3);
}
