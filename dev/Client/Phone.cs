using System.Text.RegularExpressions;

namespace BktSmart.Dev.Client;

/// <summary>
/// A customer's phone: what arrives on its number and on the app's device, in order. It remembers what it has read; what came before it was
/// made is not seen. For one reader at a time.
/// </summary>
public sealed partial class Phone
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly MessageSink _sink;
    private long _smsFrom;
    private long _pushFrom;

    public Phone(MessageSink sink, string number, Guid device)
    {
        (_sink, Number, Device) = (sink, number, device);
        _smsFrom = _pushFrom = sink.End;
    }

    /// <summary>E.164.</summary>
    public string Number { get; }

    public Guid Device { get; }

    /// <summary>Waits for the next SMS to this number that brings an FNP; warnings are passed over.</summary>
    /// <exception cref="TimeoutException">None came within twenty seconds.</exception>
    public async Task<Message> NextSmsAsync(CancellationToken cancellationToken = default)
    {
        (var message, _smsFrom) = await NextAsync(
            _smsFrom, message => message.IsSms && message.To == Number && FnpIn(message) is not null, "SMS with an FNP", cancellationToken);
        return message;
    }

    /// <summary>Waits for the next push message to this device.</summary>
    /// <exception cref="TimeoutException">None came within twenty seconds.</exception>
    public async Task<Message> NextPushAsync(CancellationToken cancellationToken = default)
    {
        (var message, _pushFrom) = await NextAsync(
            _pushFrom, message => message.IsPush && message.Device == Device, "push message", cancellationToken);
        return message;
    }

    /// <summary>The six digits of an SMS with an FNP; null for any other.</summary>
    public static string? FnpIn(Message sms) => FnpPattern().Match(sms.Text ?? "") is { Success: true } match ? match.Value : null;

    private async Task<(Message Message, long End)> NextAsync(
        long from, Predicate<Message> isWanted, string what, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Deadline);
        try
        {
            return await _sink.FollowAsync(from, patience.Token).FirstAsync(entry => isWanted(entry.Message), patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"No {what} reached {Pretty.Phone(Number)} within {Deadline.TotalSeconds:F0} s.");
        }
    }

    /// <summary>Where a phone looks for it, too: in the last line. An amount may have six digits.</summary>
    [GeneratedRegex(@"(?<=\n@\S+ #)\d{6}$")]
    private static partial Regex FnpPattern();
}
