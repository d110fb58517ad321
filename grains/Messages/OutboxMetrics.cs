using System.Diagnostics.Metrics;

namespace BktSmart.Messages;

/// <summary>What operations sees of the outbox. No label names a customer.</summary>
internal static class OutboxMetrics
{
    private static readonly Meter Meter = new(BankTelemetry.Name);

    private static readonly OutboxChannel[] Channels = Enum.GetValues<OutboxChannel>();

    private static readonly double[] Ages = new double[Channels.Length];

    private static readonly Counter<long> Sent = Meter.CreateCounter<long>(
        "bank.outbox.sent", "{message}", "Tries to send a message of the outbox, by channel and by what they came to");

    static OutboxMetrics() => Meter.CreateObservableGauge<double>(
        "bank.outbox.age",
        () => Channels.Select(channel => new Measurement<double>(Volatile.Read(ref Ages[Place(channel)]), Label(channel))),
        "s", "How long the message that is due longest waits for a free worker, by channel");

    public static void Count(OutboxChannel channel, OutboxOutcome outcome, long count) =>
        Sent.Add(count, Label(channel), new KeyValuePair<string, object?>("outcome", outcome.ToString()));

    public static void RecordAge(OutboxChannel channel, TimeSpan age) => Volatile.Write(ref Ages[Place(channel)], age.TotalSeconds);

    private static int Place(OutboxChannel channel) => Array.IndexOf(Channels, channel);

    private static KeyValuePair<string, object?> Label(OutboxChannel channel) => new("channel", channel.ToString());
}
