namespace BktSmart.Values;

/// <summary>
/// Makes grain keys. A key that parses as a GUID or as a hexadecimal number would share its stored row with others that parse to the same
/// value, so every key starts with a word. Each slice says next to its interfaces which key they take.
/// </summary>
public static class GrainKeys
{
    private const string CustomerPrefix = "customer-";

    public static string Customer(CustomerNumber number) => CustomerPrefix + number;

    /// <exception cref="FormatException">The key was not made by <see cref="Customer(CustomerNumber)"/>.</exception>
    public static CustomerNumber ToCustomerNumber(string key) =>
        key.StartsWith(CustomerPrefix, StringComparison.Ordinal) && CustomerNumber.TryParse(key[CustomerPrefix.Length..], out var number)
            ? number
            : throw new FormatException($"'{key}' is not the key of a customer.");

    /// <summary>
    /// As <c>GetGrain</c>, without the search through the attributes of the interface, which takes some microseconds at each call.
    /// </summary>
    public static T Find<T>(this IGrainFactory grains, string key)
        where T : class, IGrainWithStringKey
    {
        if (Known<T>.Kind is { } kind)
            return (T)grains.GetGrain(GrainId.Create(kind.Grain, key), kind.Interface);

        var grain = grains.GetGrain<T>(key);
        if (grain is GrainReference reference)
            Known<T>.Kind = new GrainKind(reference.GrainId.Type, reference.InterfaceType);
        return grain;
    }

    private sealed record GrainKind(GrainType Grain, GrainInterfaceType Interface);

    /// <summary>
    /// What Orleans finds out about an interface by its attributes. It stays the same: our grains have their types by name.
    /// </summary>
    private static class Known<T>
    {
        public static GrainKind? Kind { get; set; }
    }
}
