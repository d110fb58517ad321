namespace BktSmart.Authentication;

/// <summary>How long somebody waits, for several things together.</summary>
internal sealed class Patience : IDisposable
{
    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenSource _either;

    /// <param name="cancellationToken">Ends the wait as well, and makes it fail.</param>
    public Patience(TimeSpan max, TimeProvider time, CancellationToken cancellationToken)
    {
        _over = new CancellationTokenSource(max, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_over.Token, cancellationToken);
    }

    /// <summary>Stops what is waited for.</summary>
    public CancellationToken Token => _either.Token;

    public bool IsOver => _over.IsCancellationRequested;

    public void Dispose()
    {
        _either.Dispose();
        _over.Dispose();
    }
}
