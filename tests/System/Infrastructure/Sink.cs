using BktSmart.Dev.Client;

namespace BktSmart.Infrastructure;

/// <summary>What the bank sent.</summary>
internal static class Sink
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>All messages behind a position, up to and including the first that is wanted.</summary>
    public static async Task<IReadOnlyList<Message>> ReadUntilAsync(TestBank bank, long from, Predicate<Message> isLast)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        var messages = new List<Message>();
        await foreach (var (message, _) in bank.Bank.Messages.FollowAsync(from, patience.Token))
        {
            messages.Add(message);
            if (isLast(message))
                break;
        }

        return messages;
    }
}
