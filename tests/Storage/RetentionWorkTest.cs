using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using BktSmart.Retention;
using BktSmart.Tests.Infrastructure;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>The rounds go by a clock that a test moves.</summary>
public sealed class RetentionWorkTest(TestServer server)
{
    private static readonly RetainedTable Audit = new("audit", "Audit", options => options.Audit, ByMonth: true);
    private static readonly RetainedTable Stray = new("stray_attempt", "StrayAttempts", options => options.StrayAttempts, ByMonth: false);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Round_ManyOldRows_PausesBetweenBites()
    {
        var scene = await RetentionScene.OpenAsync(server);
        var clock = new WatchedClock();
        var options = new RetentionOptions { RowsPerBite = 10 };
        await TestDatabase.ExecuteAsync(scene.Database.Silo, $"""
            insert into bank.stray_attempt (at, kind)
            select timestamptz '{scene.FirstEnds:O}' - interval '1 year', 1 from generate_series(1, 25)
            """);
        await TestDatabase.ExecuteAsync(
            scene.Database.Silo, $"insert into bank.stray_attempt (at, kind) values ('{scene.FirstEnds:O}', 1)");
        using var work = scene.Work(clock, options, _ => { }, Stray);
        var round = work.RunRoundAsync(Stop);
        foreach (var left in (long[])[16, 6])
        {
            await clock.WaitsAsync().WaitAsync(Patience, Stop);
            Assert.Equal(left, await CountAsync());
            clock.Advance(options.Pause);
        }

        await round;
        Assert.Equal(1, await CountAsync());

        Task<long> CountAsync() => TestDatabase.ReadAsync<long>(scene.Database.Owner, "select count(*) from bank.stray_attempt");
    }

    [Fact]
    public async Task Round_ReaderHoldsTheTable_TriesAgainAfterAPause()
    {
        var scene = await RetentionScene.OpenAsync(server);
        var clock = new WatchedClock();
        var options = new RetentionOptions();
        var logged = new ConcurrentQueue<string>();
        using var work = scene.Work(clock, options, logged.Enqueue, Audit, Stray);
        Task round;
        await using (await ReadForLongAsync(scene))
        {
            round = work.RunRoundAsync(Stop);
            for (var tries = 0; tries < 3; tries++)
            {
                await clock.WaitsAsync().WaitAsync(Patience, Stop);
                Assert.Equal("first, default", await scene.PartitionsAsync());
                if (tries < 2)
                    clock.Advance(options.Pause);
            }
        }

        clock.Advance(options.Pause);
        await round;
        Assert.Equal(6, (await scene.PartitionsAsync()).Split(',').Length);
        Assert.Empty(logged);
    }

    [Fact]
    public async Task Round_ReaderHoldsTheTableForGood_LeavesItToTheNextRoundAndGoesOn()
    {
        var scene = await RetentionScene.OpenAsync(server);
        var clock = new WatchedClock();
        var options = new RetentionOptions();
        var logged = new ConcurrentQueue<string>();
        await TestDatabase.ExecuteAsync(
            scene.Database.Silo, $"insert into bank.stray_attempt (at, kind) values ('{scene.FirstEnds.AddYears(-1):O}', 1)");
        using var work = scene.Work(clock, options, logged.Enqueue, Audit, Stray);
        await using (await ReadForLongAsync(scene))
        {
            var round = work.RunRoundAsync(Stop);
            for (var tries = 0; tries < 9; tries++)
            {
                await clock.WaitsAsync().WaitAsync(Patience, Stop);
                clock.Advance(options.Pause);
            }

            await round;
        }

        Assert.Equal(["LogInUse", "LogForgotten"], logged);
        await work.RunRoundAsync(Stop);
        Assert.Equal(6, (await scene.PartitionsAsync()).Split(',').Length);
    }

    [Fact]
    public async Task Round_KeptForLessThanTheDatabaseKeeps_SaysWhatToSetAndForgetsNothing()
    {
        var scene = await RetentionScene.OpenAsync(server);
        await scene.GoToAsync(scene.FirstEnds.AddYears(20));
        var logged = new ConcurrentQueue<string>();
        using var work = scene.Work(
            new WatchedClock(), new RetentionOptions { Audit = TimeSpan.FromDays(1_826), StrayAttempts = TimeSpan.FromDays(6) },
            logged.Enqueue, Audit, Stray);
        await work.RunRoundAsync(Stop);
        Assert.Equal(["LogKeptTooShort", "LogKeptTooShort"], logged);
        Assert.StartsWith("first, ", await scene.PartitionsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Round_TwoSilosAtOnce_DoEachThingOnce()
    {
        var scene = await RetentionScene.OpenAsync(server);
        await scene.MakeAsync();
        await scene.GoToAsync(scene.FirstEnds.AddMonths(2) + RetentionScene.FiveYears);
        var logged = new ConcurrentQueue<string>();
        var options = new RetentionOptions { Pause = TimeSpan.FromMilliseconds(10) };
        using RetentionWork one = scene.Work(TimeProvider.System, options, logged.Enqueue, Audit),
            other = scene.Work(TimeProvider.System, options, logged.Enqueue, Audit);
        await Task.WhenAll(one.RunRoundAsync(Stop), other.RunRoundAsync(Stop));
        Assert.Equal(["LogDropped", "LogDropped", "LogDropped"], logged);
        Assert.StartsWith(scene.Month(2), await scene.PartitionsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_OfARound_SayHowFarATableIsAheadAndWhatWasForgotten()
    {
        var scene = await RetentionScene.OpenAsync(server);
        var clock = new WatchedClock();
        clock.SetUtcNow(scene.FirstEnds.AddDays(9));
        await scene.AddAsync(scene.FirstEnds.AddYears(9));
        await TestDatabase.ExecuteAsync(
            scene.Database.Silo, $"insert into bank.stray_attempt (at, kind) values ('{scene.FirstEnds.AddYears(-1):O}', 1)");
        var measured = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Name.StartsWith("bank.retention.", StringComparison.Ordinal))
                    listening.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, count, labels, _) => Measure(instrument, count, labels));
        listener.SetMeasurementEventCallback<int>((instrument, count, labels, _) => Measure(instrument, count, labels));
        listener.Start();
        using var work = scene.Work(clock, new RetentionOptions(), _ => { }, Audit, Stray);
        await work.RunRoundAsync(Stop);
        listener.RecordObservableInstruments();
        Assert.Equal(3, measured["bank.retention.months_ahead audit"]);
        Assert.Equal(1, measured["bank.retention.default_rows audit"]);
        Assert.InRange(measured["bank.retention.forgotten stray_attempt"], 1, long.MaxValue);

        // Where no round follows, it sinks by itself.
        clock.SetUtcNow(scene.FirstEnds.AddMonths(3));
        listener.RecordObservableInstruments();
        Assert.Equal(0, measured["bank.retention.months_ahead audit"]);

        void Measure(Instrument instrument, long count, ReadOnlySpan<KeyValuePair<string, object?>> labels) =>
            measured[$"{instrument.Name} {labels[0].Value}"] = count;
    }

    private static async Task<NpgsqlConnection> ReadForLongAsync(RetentionScene scene)
    {
        var connection = await scene.Database.Owner.OpenConnectionAsync(Stop);
        await using var read = new NpgsqlCommand("begin; select count(*) from bank.audit", connection);
        await read.ExecuteNonQueryAsync(Stop);
        return connection;
    }
}
