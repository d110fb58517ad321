using BktSmart.Customers;

namespace BktSmart.Notifications;

/// <summary>Finds the words for a customer's own events.</summary>
internal sealed class CustomerEventTexts(IEnumerable<CustomerEventText> texts)
{
    private readonly Dictionary<CustomerEventKind, CustomerEventText> _byKind = texts.ToDictionary(text => text.Kind);

    /// <exception cref="InvalidOperationException">The kind has no words here: a newer silo wrote it, and will tell of it.</exception>
    public NotificationText Of(CustomerEvent happened, Language language) => _byKind.TryGetValue(happened.Kind, out var text)
        ? text.Write(happened, language)
        : throw new InvalidOperationException($"There are no words for events of kind {(short)happened.Kind}.");
}
