namespace BktSmart.Messages;

/// <summary>
/// Wakes the outbox of this silo after a commit that added messages. Other silos look by themselves, so a signal may get lost.
/// </summary>
internal sealed class OutboxSignal : IDisposable
{
    private readonly Dictionary<OutboxChannel, SemaphoreSlim> _channels =
        Enum.GetValues<OutboxChannel>().ToDictionary(channel => channel, _ => new SemaphoreSlim(0, 1));

    /// <summary>There is something new on a channel, or room to send it.</summary>
    public void Set(OutboxChannel channel)
    {
        try
        {
            if (_channels[channel].CurrentCount == 0)
                _channels[channel].Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else set it in between, which is as good.
        }
    }

    /// <summary>There are new push messages to devices of a platform.</summary>
    public void Set(DevicePlatform platform) => Set((OutboxChannel)platform);

    /// <summary>Ends with the next signal, with the time, or with the token; it never throws.</summary>
    public async Task WaitAsync(OutboxChannel channel, TimeSpan waitMax, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(waitMax, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await _channels[channel].WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        foreach (var channel in _channels.Values)
            channel.Dispose();
    }
}
