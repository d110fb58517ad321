using System.Text.Json;
using System.Text.Json.Serialization;

namespace BktSmart.Bench.Load;

/// <summary>The work of one load process.</summary>
internal sealed record LoadSpec
{
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        // A latency of nothing that was answered.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    public required Uri Address { get; init; }
    public required Call Call { get; init; }
    public Choice Choice { get; init; } = Choice.Uniform;

    /// <summary>Calls under way at one time, each followed by the next: a closed loop.</summary>
    public int InFlight { get; init; } = 1;

    /// <summary>Calls begun a second whatever becomes of them, at random (Poisson) moments: an open loop. Null for a closed one.</summary>
    public double? RatePerSecond { get; init; }

    /// <summary>What ends in the first seconds does not count.</summary>
    public double WarmUpSeconds { get; init; }
    public required double Seconds { get; init; }

    /// <summary>The accounts that take part: this many, from <see cref="FirstAccount"/> on.</summary>
    public required int Accounts { get; init; }
    public int FirstAccount { get; init; }

    /// <summary>PEM file of the key that signs customers' access tokens; null for a server that does not ask who calls.</summary>
    public string? AccessTokenKey { get; init; }

    /// <summary>How many of the transfers repeat one that the same caller made shortly before, 0 to 1.</summary>
    public double RepeatShare { get; init; }

    /// <summary>Of <see cref="Call.SignIn"/>: the file to which the silo writes its SMS.</summary>
    public string? SinkFile { get; init; }

    /// <summary>Of <see cref="Call.Page"/>: the page ends before this sequence number; null for the newest page.</summary>
    public long? PageBefore { get; init; }
}
