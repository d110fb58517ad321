using System.Collections.Frozen;
using Microsoft.IdentityModel.Tokens;

namespace BktSmart.Authentication;

/// <summary>
/// The public keys of customers' access tokens. The silo signs; this host, which faces the internet, can only verify. The keys are fetched
/// every few seconds by <see cref="Hosting.ClusterProbe"/>, and stay good while the cluster is away. A token that names a key which is not
/// here may be newer than the keys, so it triggers one fetch; anybody can make such tokens, so there is at most one of these in
/// <see cref="UnknownKeyFetchInterval"/>, and everybody who comes meanwhile waits for the same one or gets its result.
/// </summary>
internal sealed partial class CustomerTokenKeys(IGrainFactory grains, TimeProvider time, ILogger<CustomerTokenKeys> logger)
{
    public static readonly TimeSpan UnknownKeyFetchInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private volatile TokenKeySet _current = TokenKeySet.Empty;

    // Both under the lock.
    private Task _fetch = Task.CompletedTask;
    private long? _fetchStarted;

    /// <summary>False until the first fetch succeeded: without keys a token is neither good nor bad.</summary>
    public bool Available => _current.Keys.Count > 0;

    /// <summary>The same object for as long as the cluster publishes the same keys.</summary>
    public TokenKeySet Current => _current;

    public SecurityKey? Find(string? keyId) => keyId is null ? null : _current.Keys.GetValueOrDefault(keyId);

    /// <summary>
    /// Gets the key if it exists and may be fetched now. Does not fail: what matters is what <see cref="Find"/> gives afterwards.
    /// </summary>
    public Task Prepare(string? keyId, CancellationToken cancellationToken)
    {
        if (Available && (string.IsNullOrEmpty(keyId) || _current.Keys.ContainsKey(keyId)))
            return Task.CompletedTask;

        lock (_lock)
        {
            var mayFetch = _fetchStarted is not { } started || time.GetElapsedTime(started) >= UnknownKeyFetchInterval;
            if (_fetch.IsCompleted && mayFetch)
            {
                _fetchStarted = time.GetTimestamp();
                // Not bound to the token of one caller: others wait for it too.
                _fetch = TryFetch(CancellationToken.None);
            }

            return _fetch.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Fetches the keys now; false, and the old keys, if that fails.</summary>
    public async Task<bool> TryFetch(CancellationToken cancellationToken)
    {
        try
        {
            var json = await grains.Authentication().GetTokenKeys(cancellationToken).WaitAsync(FetchTimeout, time, cancellationToken);
            if (json == _current.Json)
                return true;
            var keys = new JsonWebKeySet(json).GetSigningKeys().Where(key => !string.IsNullOrEmpty(key.KeyId)).ToFrozenDictionary(
                key => key.KeyId);
            // The cluster has always a key. An empty set would shut everybody out on a misunderstanding.
            if (keys.Count == 0)
                throw new InvalidOperationException("The cluster gave no token keys.");
            _current = new TokenKeySet(json, keys);
            return true;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogFetchFailed(exception);
            return false;
        }
    }

    [LoggerMessage(5001, LogLevel.Debug, "The token keys could not be fetched")]
    private partial void LogFetchFailed(Exception exception);
}
