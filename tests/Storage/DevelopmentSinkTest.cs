using System.Text.Json;
using BktSmart.Dev.Client;
using BktSmart.Messages;
using BktSmart.Silo.Messages;

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
            using var sink = new DevelopmentSink(_file, new NoReceipts(), TimeProvider.System);
            var target = new PushTarget(Guid.NewGuid(), DevicePlatform.Android, new Secret("token"));
            for (var i = 0; i < MessagesEach; i++)
                await sink.SendAsync(target, new PushMessage("id", $"{silo}-{i}", ""), Stop);
        }
    }

    [Fact]
    public async Task End_WhileALineIsWritten_LiesBeforeThatLine()
    {
        await File.WriteAllTextAsync(_file, "{}\n{\"channel\":", Stop);
        Assert.Equal("{}\n".Length, new MessageSink(_file).End);
    }

    private sealed class NoReceipts : ISmsReceipts
    {
        public Task RecordAsync(Guid id, SmsState state, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
