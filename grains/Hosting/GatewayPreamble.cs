namespace BktSmart.Hosting;

/// <summary>
/// What a client says of itself when it connects. Orleans' own type is not public, and this reads the one field that counts.
/// </summary>
[GenerateSerializer, Immutable, Alias("bktsmart.GatewayPreamble")]
internal sealed class GatewayPreamble
{
    /// <summary>Its bytes are at most so many: Orleans takes no more.</summary>
    public const int LengthMax = 1_024;

    /// <summary>Its name. Every message of the connection must say it too.</summary>
    [Id(1)]
    public GrainId Client { get; init; }
}
