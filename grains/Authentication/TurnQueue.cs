namespace BktSmart.Authentication;

/// <summary>Takes those who come one by one, in their order; of those who wait, only so many, each as long as its patience.</summary>
/// <param name="waitingMax">Besides the one who has the turn.</param>
internal sealed class TurnQueue(int waitingMax) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    // Those who wait, and the one who has the turn.
    private int _present;

    public int Waiting => Math.Max(0, Volatile.Read(ref _present) - 1);

    /// <summary>The turn, to be given back; null if as many wait as may, or for longer than this one waits.</summary>
    public async Task<IDisposable?> TryEnterAsync(Patience patience)
    {
        if (Interlocked.Increment(ref _present) > waitingMax + 1)
        {
            Interlocked.Decrement(ref _present);
            return null;
        }

        try
        {
            await _turn.WaitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsOver)
        {
            Interlocked.Decrement(ref _present);
            return null;
        }
        catch
        {
            Interlocked.Decrement(ref _present);
            throw;
        }

        return new Turn(this);
    }

    public void Dispose() => _turn.Dispose();

    private void Leave()
    {
        Interlocked.Decrement(ref _present);
        _turn.Release();
    }

    private sealed class Turn(TurnQueue queue) : IDisposable
    {
        public void Dispose() => queue.Leave();
    }
}
