namespace BktSmart.Notifications;

/// <summary>Up to where each source of an inbox was told, as one activation knows it.</summary>
internal sealed class InboxPositions(IEnumerable<KeyValuePair<long, long>> known)
{
    /// <summary>The source of the customer's own events. The others are the ids of accounts, which begin at 1.</summary>
    public const long OwnEvents = 0;

    private readonly Dictionary<long, long> _bySource = new(known);

    /// <summary>Zero for a source that was never told of.</summary>
    public long this[long source]
    {
        get => _bySource.GetValueOrDefault(source);
        set => _bySource[source] = value;
    }
}
