namespace BktSmart.Dev.Client;

/// <summary>One line of the development sink: an SMS or a push message that the bank sent.</summary>
public sealed record Message
{
    /// <summary>When it was sent.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary><c>sms</c> or <c>push</c>.</summary>
    public required string Channel { get; init; }

    /// <summary>Of an SMS: the number, E.164.</summary>
    public string? To { get; init; }

    /// <summary>Of an SMS: what it says.</summary>
    public string? Text { get; init; }

    /// <summary>Of a push message: its id, the same when it comes again.</summary>
    public string? Id { get; init; }

    /// <summary>Of a push message: the device's id.</summary>
    public Guid? Device { get; init; }

    /// <summary>Of a push message: the operating system.</summary>
    public string? Platform { get; init; }

    /// <summary>Of a push message: its first line.</summary>
    public string? Title { get; init; }

    /// <summary>Of a push message: what it says.</summary>
    public string? Body { get; init; }

    public bool IsSms => Channel == "sms";

    public bool IsPush => Channel == "push";

    /// <summary>For people.</summary>
    public override string ToString() => IsSms
        ? $"SMS to {Pretty.Phone(To)}: {Text?.ReplaceLineEndings(" / ")}"
        : $"Push to {Platform} {Device}: {Title}: {Body?.ReplaceLineEndings(" / ")}";
}
