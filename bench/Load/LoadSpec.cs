using System.Text.Json;
using System.Text.Json.Serialization;

namespace BktSmart.Bench.Load;

/// <summary>What is called.</summary>
internal enum Call
{
    /// <summary>The health service: a gRPC call with nothing behind it.</summary>
    NoOp,
    Transfer,
    Balance,
    Page,

    /// <summary>A whole sign-in: two calls, and an SMS between them.</summary>
    SignIn,

    /// <summary>GetTransfer with an account's name: wakes the account grain of the peer with Orleans Transactions.</summary>
    Wake,
}

/// <summary>Which accounts take part.</summary>
internal enum Choice
{
    Uniform,

    /// <summary>Account 0 is credited every time.</summary>
    OneCredited,

    /// <summary>Both sides by Zipf's law with exponent 1.</summary>
    Zipf,

    /// <summary>One after the other, each once; the load ends after the last.</summary>
    Sequential,
}

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

/// <summary>Latencies in milliseconds.</summary>
internal sealed record Quantiles(double P50, double P90, double P99, double Max);

/// <summary>What a load process saw while it measured. Latencies of an open loop count from the moment at which the call was due.</summary>
/// <param name="Refusals">Calls that failed, by reason.</param>
/// <param name="Unfinished">Calls under way when the time was over.</param>
/// <param name="NextAccount">Of <see cref="Choice.Sequential"/>: the first account that was not called.</param>
internal sealed record LoadResult(
    double Seconds, long Done, Quantiles Latency, IReadOnlyDictionary<string, long> Refusals, Quantiles RefusalLatency, int Unfinished, double CpuSeconds, int NextAccount)
{
    public double PerSecond => Done / Seconds;
}
