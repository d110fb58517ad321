using System.Runtime.CompilerServices;
using System.Text.Json;
using BktSmart.Dev.Processes;

namespace BktSmart.Dev.Client;

/// <summary>
/// Reads the file to which silos in development write their SMS and push messages. Any number of readers may follow it at once.
/// </summary>
public sealed class MessageSink(string path)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    public string Path => path;

    /// <summary>The end of the last complete message now; messages that come later lie behind it.</summary>
    public long End => LogFile.CompleteLines(path, 0).Sum(line => line.Length + 1L);

    /// <summary>Every complete message now, in order.</summary>
    public IEnumerable<Message> Read() => LogFile.CompleteLines(path, 0).Select(Parse);

    /// <summary>Every message behind a position, in order, as they come, for ever; each with the position behind it.</summary>
    public async IAsyncEnumerable<(Message Message, long End)> FollowAsync(
        long from, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            foreach (var line in LogFile.CompleteLines(path, from))
            {
                from += line.Length + 1;
                yield return (Parse(line), from);
            }

            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    private static Message Parse(ReadOnlyMemory<byte> line) => JsonSerializer.Deserialize<Message>(line.Span, JsonSerializerOptions.Web)!;
}
