using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BktSmart.Ledger;

/// <summary>
/// Hands a silo's batches over to the one that leads (<see cref="ILedgerLeadership"/>), and bypasses that one for a while when it does not
/// settle them. Only the loop of the writer uses it.
/// </summary>
internal sealed partial class LedgerHandOver(
    Rulebook rulebook, LedgerCache cache, ILedgerLeadership leadership, IOptions<LedgerOptions> options,
    [FromKeyedServices(BackgroundTime.Key)] TimeProvider time, ILogger<LedgerHandOver> logger)
{
    /// <summary>Whether another silo has booked since this one last did.</summary>
    private bool _follows;

    private ILedgerLeader? _bypassed;

    /// <summary>A timestamp.</summary>
    private long _bypassedUntil;

    /// <summary>The silo to hand a batch over to; null when this one is to book, with what it remembers of the ledger.</summary>
    public ILedgerLeader? FindLeader()
    {
        var leader = leadership.Leader;
        if (leader is not null && !(leader.Equals(_bypassed) && time.GetTimestamp() < _bypassedUntil))
            return leader;

        if (_follows)
        {
            _follows = false;
            cache.RemoveAccounts();
        }

        return null;
    }

    /// <returns>The answers are those of <see cref="ILedgerLeader.Post"/>; empty where there are none.</returns>
    public async Task<(HandOver HandOver, LeaderAnswer[] Answers)> PostAsync(
        ILedgerLeader leader, TransferOrder[] orders, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var answers = await leader.Post(rulebook.Id, orders).WaitAsync(options.Value.HandOverTimeout, time, cancellationToken);
            Measure(answers is null ? "not taken" : "answered");
            if (answers is null)
            {
                Bypass(leader);
                return (HandOver.NotTaken, []);
            }

            _follows = true;
            cache.AddFromLeader(orders, answers);
            if (Array.Exists(answers, answer => answer.IsOpen))
                Bypass(leader);
            return (HandOver.Answered, answers);
        }
        catch (Exception exception)
        {
            Measure("unknown");
            LogSilent(exception, orders.Length, options.Value.HandOverPause);
            _follows = true;
            Bypass(leader);
            return (HandOver.Unknown, []);
        }

        void Measure(string result) => LedgerMetrics.RecordHandOver(Stopwatch.GetElapsedTime(started), result);
    }

    private void Bypass(ILedgerLeader leader) =>
        (_bypassed, _bypassedUntil) =
            (leader, time.GetTimestamp() + (long)(options.Value.HandOverPause.TotalSeconds * time.TimestampFrequency));

    [LoggerMessage(
        1005, LogLevel.Warning,
        "The leading silo gave no answer to {Count} transfers; this one settles them by id and books itself for {Pause}")]
    private partial void LogSilent(Exception exception, int count, TimeSpan pause);
}
