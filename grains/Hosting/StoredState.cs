using System.Text.Json;
using System.Text.Json.Serialization;

namespace BktSmart.Hosting;

/// <summary>
/// What is stored as JSON. Fields are only ever added, and a program keeps those that it does not know: a newer one wrote them, which runs
/// beside it during a roll-out, or did before a roll-back.
/// </summary>
internal abstract record StoredState
{
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>Hashes, tokens and amounts do not print.</summary>
    public sealed override string ToString() => GetType().Name;
}
