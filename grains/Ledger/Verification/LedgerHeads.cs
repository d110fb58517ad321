using System.Text.Json;
using System.Text.Json.Serialization;

namespace BktSmart.Ledger;

/// <summary>
/// The ends of the ledger at one proof. Everything before them follows by hashes: who keeps them can tell later whether any of it was taken
/// away or changed. A chain that another one begins with is not named.
/// </summary>
/// <param name="Accounts">The last entry of the accounts' history.</param>
internal sealed partial record LedgerHeads(
    DateTimeOffset ProvenAt, IReadOnlyList<LedgerHeads.ChainHead> Chains, LedgerHeads.HistoryHead Accounts)
{
    /// <param name="Number">Of its last batch; 0 for a chain without one.</param>
    /// <param name="Hash">Of that batch, or the genesis of the chain; in hexadecimal.</param>
    internal sealed record ChainHead(int Chain, long Number, string Hash);

    /// <param name="Hash">In hexadecimal.</param>
    internal sealed record HistoryHead(long Number, string Hash);

    /// <returns>Null for a text that is none.</returns>
    public static LedgerHeads? Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Json.Default.LedgerHeads);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>One line of JSON.</summary>
    public override string ToString() => JsonSerializer.Serialize(this, Json.Default.LedgerHeads);

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true)]
    [JsonSerializable(typeof(LedgerHeads))]
    private sealed partial class Json : JsonSerializerContext;
}
