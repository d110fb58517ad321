using System.Text.Json;
using BktSmart.Dev.Client;
using BktSmart.Messages;
using BktSmart.Silo.Messages;
using Microsoft.Extensions.Time.Testing;

namespace BktSmart.Tests.Storage;

/// <summary>The file in which a developer finds the SMS and push messages of all silos.</summary>
public sealed class DevelopmentSinkTest : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"bktsmart-messages-{Guid.NewGuid():N}.jsonl");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        File.Delete(_file);
        File.Delete($"{_file}.lock");
    }

    [Fact]
    public async Task SendAsync_TwoSilosAtOnce_KeepsEveryMessageWhole()
    {
        const int Silos = 2;
        const int MessagesEach = 200;
        await Task.WhenAll(Enumerable.Range(0, Silos).Select(silo => Task.Run(() => SendAsync(silo), Stop)));

        var titles = (await File.ReadAllLinesAsync(_file, Stop))
            .Select(line => JsonSerializer.Deserialize<Message>(line, JsonSerializerOptions.Web)!.Title);
        Assert.Equal(Silos * MessagesEach, titles.Distinct().Count());

        async Task SendAsync(int silo)
        {
            using var sink = new DevelopmentSink(new MessageOptions { SinkFile = _file }, new NoReceipts(), TimeProvider.System);
            var target = new PushTarget(Guid.NewGuid(), DevicePlatform.Android, new Secret("token"));
            for (var i = 0; i < MessagesEach; i++)
                await sink.SendAsync(target, new PushMessage("id", $"{silo}-{i}", ""), Stop);
        }
    }

    [Fact]
    public async Task SendAsync_PushThatTakesLong_IsWrittenWhenItsTimeHasPassed()
    {
        var time = new FakeTimeProvider();
        using var sink = new DevelopmentSink(
            new MessageOptions { SinkFile = _file, SinkPushDelay = TimeSpan.FromSeconds(3) }, new NoReceipts(), time);
        var sending = sink.SendAsync(new PushTarget(Guid.NewGuid(), DevicePlatform.Android, new Secret("token")), new("id", "", ""), Stop);
        time.Advance(TimeSpan.FromSeconds(3) - TimeSpan.FromTicks(1));
        Assert.False(sending.IsCompleted);
        Assert.False(File.Exists(_file));
        time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(SendOutcome.Delivered, await sending);
        Assert.Single(await File.ReadAllLinesAsync(_file, Stop));
    }

    [Fact]
    public async Task End_WhileALineIsWritten_LiesBeforeThatLine()
    {
        await File.WriteAllTextAsync(_file, "{}\n{\"channel\":", Stop);
        Assert.Equal("{}\n".Length, new MessageSink(_file).End);
    }

    /// <summary>A writer that is killed in the middle of its line has not said that it is written.</summary>
    [Theory]
    [InlineData("{\"channel\":\"push\",\"title\":\"first\"}\n{\"channel\":\"push\",\"title\":\"torn")]
    [InlineData("{\"channel\":\"push\",\"title\":\"first\"}\n")]
    [InlineData("{\"channel\":\"push\",\"title\":\"first\"}\n{\"channel\":\"push\",\"title\":\"torn\"}")]
    [InlineData("{\"channel\":\"push\",\"title\":\"torn")]
    public async Task SendAsync_BehindATornLine_CutsItOff(string before)
    {
        await File.WriteAllTextAsync(_file, before, Stop);
        using (var sink = new DevelopmentSink(new MessageOptions { SinkFile = _file }, new NoReceipts(), TimeProvider.System))
            await sink.SendAsync(new PushTarget(Guid.NewGuid(), DevicePlatform.Android, new Secret("token")), new("id", "next", ""), Stop);

        var titles = new List<string?>();
        await foreach (var (message, _) in new MessageSink(_file).FollowAsync(0, Stop))
        {
            titles.Add(message.Title);
            if (message.Title == "next")
                break;
        }

        Assert.Equal(before.Contains("first", StringComparison.Ordinal) ? ["first", "next"] : ["next"], titles);
    }

    [Fact]
    public async Task FollowAsync_BeforeATornLine_GivesWhatIsWhole()
    {
        const string First = "{\"channel\":\"push\",\"title\":\"first\"}\n";
        await File.WriteAllTextAsync(_file, $"{First}{{\"channel\":", Stop);
        await using var messages = new MessageSink(_file).FollowAsync(0, Stop).GetAsyncEnumerator(Stop);
        Assert.True(await messages.MoveNextAsync());
        Assert.Equal("first", messages.Current.Message.Title);
        var next = messages.MoveNextAsync().AsTask();
        await File.WriteAllTextAsync(_file, $"{First}{First.Replace("first", "next", StringComparison.Ordinal)}", Stop);
        Assert.True(await next);
        Assert.Equal("next", messages.Current.Message.Title);
    }

    private sealed class NoReceipts : ISmsReceipts
    {
        public Task RecordAsync(Guid id, SmsState state, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
