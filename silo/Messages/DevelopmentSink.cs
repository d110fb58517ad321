using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using BktSmart.Messages;

namespace BktSmart.Silo.Messages;

/// <summary>
/// Stands in for the SMS provider and the push services on a developer's machine: appends every message to a file, one JSON object a line,
/// and says that it was delivered. Several silos may append to the same file: each waits for its turn.
/// </summary>
internal sealed class DevelopmentSink(MessageOptions options, ISmsReceipts receipts, TimeProvider time)
    : ISmsGateway, IPushGateway, IDisposable
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(5);

    private readonly string _file = options.SinkFile;
    private readonly SemaphoreSlim _one = new(1);

    public async Task<SendOutcome> SendAsync(Guid id, PhoneNumber to, string text, CancellationToken cancellationToken)
    {
        await AppendAsync(new { at = time.GetUtcNow(), channel = "sms", to = to.Value, text }, cancellationToken);
        await receipts.RecordAsync(id, SmsState.Delivered, cancellationToken);
        return SendOutcome.Delivered;
    }

    public async Task<SendOutcome> SendAsync(PushTarget target, PushMessage message, CancellationToken cancellationToken)
    {
        await Task.Delay(options.SinkPushDelay, time, cancellationToken);
        await AppendAsync(
            new
            {
                at = time.GetUtcNow(),
                channel = "push",
                device = target.DeviceId,
                platform = target.Platform.ToString(),
                id = message.Id,
                title = message.Title,
                body = message.Body,
            },
            cancellationToken);
        return SendOutcome.Delivered;
    }

    public void Dispose() => _one.Dispose();

    private async Task AppendAsync<T>(T message, CancellationToken cancellationToken)
    {
        var line = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(message, Json) + "\n");
        await _one.WaitAsync(cancellationToken);
        try
        {
            await using var turn = await TakeTurnAsync(cancellationToken);
            await using var stream = new FileStream(_file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            SeekEnd(stream);
            await stream.WriteAsync(line, cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    // A writer that was killed in the middle of its line left a stump. Nobody was told that it is written, and what is written behind it
    // could not be read.
    private static void SeekEnd(FileStream stream)
    {
        var end = stream.Length;
        for (; end > 0; end--)
        {
            stream.Position = end - 1;
            if (stream.ReadByte() == '\n')
                break;
        }

        stream.SetLength(end);
        stream.Position = end;
    }

    // The end of the file is looked for before the write: two silos that write at once would overwrite each other.
    private async Task<FileStream> TakeTurnAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return new FileStream($"{_file}.lock", FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, bufferSize: 0);
            }
            catch (IOException exception) when (exception.GetType() == typeof(IOException))
            {
                // Another silo has it open, for as long as a write takes.
                await Task.Delay(RetryDelay, time, cancellationToken);
            }
        }
    }
}
