using System.Text;
using BktSmart.Dev.Processes;

namespace BktSmart.Dev.Commands;

/// <summary>
/// Says why no SMS comes: the answer to whoever asked for an FNP does not tell that none may be sent, and the log of the silo does.
/// </summary>
internal static class UnsentSms
{
    private const string Event = "SmsQueue[3004] ";
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Tells the terminal of each FNP that is not sent from now on, until the end.</summary>
    public static async Task ShowAsync(string log, CancellationToken end)
    {
        try
        {
            for (var from = LogFile.Length(log); ; await Task.Delay(PollInterval, end))
            {
                foreach (var bytes in LogFile.CompleteLines(log, from))
                {
                    from += bytes.Length + 1;
                    var line = Encoding.UTF8.GetString(bytes.Span);
                    if (line.IndexOf(Event, StringComparison.Ordinal) is >= 0 and var at)
                        Terminal.Say($"No SMS: {line[(at + Event.Length)..]}. More in a day: Fnp__PerPhoneAndDayMax=100 ./run");
                }
            }
        }
        catch (OperationCanceledException)
        {
        }
    }
}
