using BktSmart.Authentication;

namespace BktSmart.Hosting;

/// <summary>
/// Asks the cluster for the token keys every few seconds, and more often while it does not answer: this keeps the keys fresh and tells
/// whether the cluster answers. Health is read from the last answer and makes no call of its own, because anybody may ask for it as often
/// as they like.
/// </summary>
internal sealed partial class ClusterProbe(
    CustomerTokenKeys keys, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<ClusterProbe> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>
    /// While the cluster is away it may be back at any moment; at the start of this host it is away until the client has connected.
    /// </summary>
    private static readonly TimeSpan IntervalWhileAway = TimeSpan.FromMilliseconds(500);

    /// <summary>Two probes may fail before the cluster counts as away.</summary>
    private static readonly TimeSpan FreshFor = 3 * Interval;

    // The timestamp of the last answer; zero before the first.
    private long _answered;

    public bool ClusterAnswers => Interlocked.Read(ref _answered) is var answered and not 0 && time.GetElapsedTime(answered) <= FreshFor;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!await lifetime.Started(stoppingToken))
            return;
        bool? answersBefore = null;
        using var timer = new PeriodicTimer(IntervalWhileAway, time);
        do
        {
            if (await keys.TryFetch(stoppingToken))
                Interlocked.Exchange(ref _answered, time.GetTimestamp());
            if (ClusterAnswers != answersBefore)
            {
                LogState(ClusterAnswers ? "answers" : "does not answer");
                timer.Period = ClusterAnswers ? Interval : IntervalWhileAway;
            }

            answersBefore = ClusterAnswers;
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(5301, LogLevel.Information, "The cluster {State}")]
    private partial void LogState(string state);
}
