using System.Diagnostics;

namespace BktSmart.Dev.Processes;

/// <summary>
/// A program that is started again when it dies, as Kubernetes would: with a growing pause, and until it fails
/// <see cref="FastFailuresMax"/> times in a row without having run for <see cref="FastFailure"/>. The first start is not repeated: who
/// starts a program wants to know that it does not work.
/// </summary>
public sealed class SupervisedProcess(
    string name, string log, Func<ChildProcess> start, Func<CancellationToken, Task<bool>> isReady, Action<string> say)
    : IAsyncDisposable
{
    private const int FastFailuresMax = 5;
    private static readonly TimeSpan FastFailure = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ReadyDeadline = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly TaskCompletionSource<string> _gaveUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private ChildProcess? _child;
    private Task _supervision = Task.CompletedTask;
    // Set before a deliberate end, under the lock, so that the supervision cannot start a new child behind it.
    private bool _wanted;

    public string Name => name;

    /// <summary>The process id; null while it does not run.</summary>
    public int? Pid => _child is { Exited.IsCompleted: false } child ? child.Pid : null;

    /// <summary>Completes, with the reason, when the program is not started any more because it keeps failing.</summary>
    public Task<string> GaveUp => _gaveUp.Task;

    /// <summary>Starts the program and waits until it is ready.</summary>
    /// <exception cref="LaunchException">It ended or was not ready in time; the message holds the end of its log.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        ChildProcess child;
        var logStart = LogFile.Length(log);
        lock (_lock)
        {
            if (Pid is not null)
                throw new InvalidOperationException($"{name} runs already.");
            _wanted = true;
            _child = child = start();
        }

        try
        {
            await WaitUntilReadyAsync(child, logStart, cancellationToken);
        }
        catch
        {
            await StopAsync(Signal.Kill, TimeSpan.Zero);
            throw;
        }

        _supervision = SuperviseAsync(child);
    }

    /// <summary>Ends the program without warning (SIGKILL).</summary>
    /// <param name="restart">Whether it is then started again, as after a crash.</param>
    public async Task KillAsync(bool restart = false)
    {
        ChildProcess? child;
        lock (_lock)
        {
            _wanted &= restart;
            child = _child;
        }

        child?.Send(Signal.Kill);
        if (child is not null)
            await child.Exited;
        // Its supervisor must have seen that it is not wanted: after the next start it would take that one's wish for its own, and start a
        // second process.
        if (!restart)
            await _supervision;
    }

    /// <summary>Sends a signal, for example to pause the program.</summary>
    public void Send(Signal signal) => _child?.Send(signal);

    /// <summary>Asks the program to end, and insists after <paramref name="grace"/>.</summary>
    public async Task StopAsync(Signal signal, TimeSpan grace)
    {
        ChildProcess? child;
        lock (_lock)
        {
            _wanted = false;
            child = _child;
        }

        if (child is not null && !await child.StopAsync(signal, grace) && grace > TimeSpan.Zero)
            say($"{name} did not stop within {grace.TotalSeconds:F0} s and was killed.");
        await _supervision;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(Signal.Kill, TimeSpan.Zero);
        _child?.Dispose();
    }

    private async Task SuperviseAsync(ChildProcess child)
    {
        var failures = 0;
        var life = Stopwatch.StartNew();
        while (true)
        {
            var exitCode = await child.Exited;
            var reason = $"{name} ended unexpectedly (exit code {exitCode})";
            failures = life.Elapsed < FastFailure ? failures + 1 : 1;
            if (failures > 1)
                await Task.Delay(TimeSpan.FromSeconds(0.5 * failures));

            var logStart = LogFile.Length(log);
            lock (_lock)
            {
                if (!_wanted)
                    return;
                if (failures >= FastFailuresMax)
                {
                    _gaveUp.TrySetResult(
                        $"{reason}, {failures} times in a row. It is not started again. Its log ({log}) ends with:\n{LogFile.Tail(log)}");
                    return;
                }

                say($"{reason}; starting it again.");
                child.Dispose();
                _child = child = start();
            }

            life.Restart();
            try
            {
                await WaitUntilReadyAsync(child, logStart, CancellationToken.None);
                say($"{name} is ready again after {life.Elapsed.TotalSeconds:F1} s.");
            }
            catch (LaunchException) when (child.Exited.IsCompleted)
            {
                // The next turn counts it.
            }
            catch (LaunchException e)
            {
                say(e.Message);
            }
        }
    }

    private async Task WaitUntilReadyAsync(ChildProcess child, long logStart, CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        while (!await isReady(cancellationToken))
        {
            if (child.Exited.IsCompleted)
                throw new LaunchException(
                    $"{name} ended with exit code {await child.Exited} while it was starting. Its log ({log}) ends "
                        + $"with:\n{LogFile.Tail(log, start: logStart)}");
            if (watch.Elapsed > ReadyDeadline)
                throw new LaunchException(
                    $"{name} was not ready within {ReadyDeadline.TotalSeconds:F0} s. Its log ({log}) ends "
                        + $"with:\n{LogFile.Tail(log, start: logStart)}");
            await Task.WhenAny(child.Exited, Task.Delay(PollInterval, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
