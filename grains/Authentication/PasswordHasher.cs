using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using BktSmart.Answers;
using Microsoft.Extensions.Options;
using NSec.Cryptography;

namespace BktSmart.Authentication;

/// <summary>
/// Argon2id (RFC 9106). A hash takes tens of milliseconds of a processor, which no grain may spend in its turn: hashing has workers of its own, and few. The result is in the
/// PHC string format and carries its parameters, so that they can be raised while old hashes stay good.
/// </summary>
internal sealed class PasswordHasher : IDisposable
{
    private const int SaltLength = 16;
    private const int HashLength = 32;

    private readonly PasswordHashOptions _options;
    private readonly SemaphoreSlim _workers;
    private int _waiting;
    private readonly string _nobodysHash;

    public PasswordHasher(IOptions<PasswordHashOptions> options)
    {
        _options = options.Value;
        _workers = new SemaphoreSlim(_options.ConcurrencyMax > 0 ? _options.ConcurrencyMax : Math.Max(1, Environment.ProcessorCount / 2));
        _nobodysHash = Format(_options.MemoryKib, _options.Passes, RandomNumberGenerator.GetBytes(SaltLength), RandomNumberGenerator.GetBytes(HashLength));
    }

    public async Task<string> HashAsync(Secret password, CancellationToken cancellationToken)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var hash = await DeriveAsync(password, salt, _options.MemoryKib, _options.Passes, cancellationToken);
        return Format(_options.MemoryKib, _options.Passes, salt, hash);
    }

    /// <summary>Whether as many wait as may; who comes now is to be refused before anything else is done for them.</summary>
    public bool IsBusy => Volatile.Read(ref _waiting) >= _options.WaitingMax;

    /// <summary>Whether the password made the hash. Without a hash (nobody, or a customer who is not enrolled) it does the same work and says no.</summary>
    public async Task<bool> VerifyAsync(Secret password, string? hash, CancellationToken cancellationToken)
    {
        var (memoryKib, passes, salt, expected) = Parse(hash ?? _nobodysHash);
        var actual = await DeriveAsync(password, salt, memoryKib, passes, cancellationToken);
        return CryptographicOperations.FixedTimeEquals(actual, expected) && hash is not null;
    }

    public void Dispose() => _workers.Dispose();

    private async Task<byte[]> DeriveAsync(Secret password, byte[] salt, int memoryKib, int passes, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        SecurityMeasures.HashesWaiting.Add(1);
        try
        {
            await _workers.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
            SecurityMeasures.HashesWaiting.Add(-1);
        }

        try
        {
            // Not a thread of the pool: that has one for each processor, and everything else in the silo would wait.
            return await Task.Factory.StartNew(
                () =>
                {
                    var algorithm = PasswordBasedKeyDerivationAlgorithm.Argon2id(
                        new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = memoryKib, NumberOfPasses = passes });
                    var started = Stopwatch.GetTimestamp();
                    var hash = algorithm.DeriveBytes(Encoding.UTF8.GetBytes(password.Value), salt, HashLength);
                    SecurityMeasures.HashSeconds.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
                    return hash;
                },
                cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        finally
        {
            _workers.Release();
        }
    }

    private static string Format(int memoryKib, int passes, byte[] salt, byte[] hash) => string.Create(
        CultureInfo.InvariantCulture,
        $"$argon2id$v=19$m={memoryKib},t={passes},p=1${Convert.ToBase64String(salt).TrimEnd('=')}${Convert.ToBase64String(hash).TrimEnd('=')}");

    private static (int MemoryKib, int Passes, byte[] Salt, byte[] Hash) Parse(string hash)
    {
        var parts = hash.Split('$');
        if (parts is not ["", "argon2id", "v=19", var parameters, var salt, var digest] || parameters.Split(',') is not [var m, var t, "p=1"])
            throw new FormatException("A stored password hash is not one of Argon2id.");
        return (
            int.Parse(m[2..], CultureInfo.InvariantCulture),
            int.Parse(t[2..], CultureInfo.InvariantCulture),
            FromBase64(salt),
            FromBase64(digest));
    }

    private static byte[] FromBase64(string text) => Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
}
