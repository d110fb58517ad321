using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace BktSmart.Authentication;

/// <summary>
/// Argon2id (RFC 9106). A hash takes tens of milliseconds of a processor, which no grain may spend in its turn: hashing has workers of its
/// own, and few. The result is in the PHC string format and carries its parameters, so that they can be raised while old hashes stay good.
/// Where as many wait as may, the next is refused with <see cref="Reason.Overloaded"/>.
/// </summary>
internal sealed class PasswordHasher : IDisposable
{
    private const int SaltLength = 16;
    private const int HashLength = 32;

    /// <summary>PRIO_PROCESS.</summary>
    private const int OfProcess = 0;
    private const int CallingThread = 0;

    private readonly PasswordHashOptions _options;
    private readonly IPasswordDerivation _derivation;
    private readonly BlockingCollection<Job> _waiting;
    private readonly string _nobodysHash;

    public PasswordHasher(IOptions<PasswordHashOptions> options, IPasswordDerivation derivation)
    {
        _options = options.Value;
        _derivation = derivation;
        _waiting = new BlockingCollection<Job>(_options.WaitingMax);
        _nobodysHash = Format(
            _options.MemoryKib, _options.Passes, RandomNumberGenerator.GetBytes(SaltLength), RandomNumberGenerator.GetBytes(HashLength));
        var workers = _options.ConcurrencyMax > 0 ? _options.ConcurrencyMax : Math.Max(1, Environment.ProcessorCount / 2);
        for (var i = 0; i < workers; i++)
            new Thread(Work) { IsBackground = true, Name = "password hash" }.Start();
    }

    public async Task<Result<string>> HashAsync(Secret password, CancellationToken cancellationToken)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var hash = await DeriveAsync(password, salt, _options.MemoryKib, _options.Passes, cancellationToken);
        return hash is null ? Reason.Overloaded : Format(_options.MemoryKib, _options.Passes, salt, hash);
    }

    /// <summary>
    /// Whether the password made the hash. Without a hash (nobody, or a customer who is not enrolled) it does the same work and says no.
    /// </summary>
    public async Task<Result<bool>> VerifyAsync(Secret password, string? hash, CancellationToken cancellationToken)
    {
        var (memoryKib, passes, salt, expected) = Parse(hash ?? _nobodysHash);
        var actual = await DeriveAsync(password, salt, memoryKib, passes, cancellationToken);
        return actual is null ? Reason.Overloaded : CryptographicOperations.FixedTimeEquals(actual, expected) && hash is not null;
    }

    public void Dispose() => _waiting.CompleteAdding();

    /// <summary>Null if as many wait as may.</summary>
    private async Task<byte[]?> DeriveAsync(Secret password, byte[] salt, int memoryKib, int passes, CancellationToken cancellationToken)
    {
        var job = new Job(() => _derivation.Derive(password, salt, memoryKib, passes, HashLength), cancellationToken);
        SecurityMetrics.HashesWaiting.Add(1);
        if (!_waiting.TryAdd(job))
        {
            SecurityMetrics.HashesWaiting.Add(-1);
            return null;
        }

        return await job.Done.Task.WaitAsync(cancellationToken);
    }

    private void Work()
    {
        if (OperatingSystem.IsLinux())
            _ = SetPriority(OfProcess, CallingThread, _options.Niceness);
        foreach (var job in _waiting.GetConsumingEnumerable())
        {
            SecurityMetrics.HashesWaiting.Add(-1);
            job.Run();
        }
    }

    /// <summary>On Linux a thread has a niceness of its own (setpriority(2)).</summary>
    [DllImport("libc", EntryPoint = "setpriority")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int who, int niceness);

    private static string Format(int memoryKib, int passes, byte[] salt, byte[] hash) =>
        string.Create(CultureInfo.InvariantCulture, $"$argon2id$v=19$m={memoryKib},t={passes},p=1${ToBase64(salt)}${ToBase64(hash)}");

    private static string ToBase64(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    private static (int MemoryKib, int Passes, byte[] Salt, byte[] Hash) Parse(string hash)
    {
        var parts = hash.Split('$');
        if (parts is not ["", "argon2id", "v=19", var parameters, var salt, var digest]
            || parameters.Split(',') is not [var m, var t, "p=1"])
            throw new FormatException("A stored password hash is not one of Argon2id.");
        return (
            int.Parse(m[2..], CultureInfo.InvariantCulture),
            int.Parse(t[2..], CultureInfo.InvariantCulture),
            FromBase64(salt),
            FromBase64(digest));
    }

    private static byte[] FromBase64(string text) => Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));

    private sealed class Job(Func<byte[]> derive, CancellationToken cancellationToken)
    {
        public TaskCompletionSource<byte[]> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Run()
        {
            if (cancellationToken.IsCancellationRequested)
            {
                Done.SetCanceled(cancellationToken);
                return;
            }

            try
            {
                var started = Stopwatch.GetTimestamp();
                var hash = derive();
                SecurityMetrics.HashSeconds.Record(Stopwatch.GetElapsedTime(started).TotalSeconds);
                Done.SetResult(hash);
            }
            catch (Exception exception)
            {
                Done.SetException(exception);
            }
        }
    }
}
