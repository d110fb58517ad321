using System.Globalization;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace BktSmart.Admission;

/// <summary>Section <c>Limits</c>: what one caller may send. The requests of the API are small.</summary>
internal sealed class ServerLimits
{
    public const string Section = "Limits";

    /// <summary>Of one message, in bytes.</summary>
    public int MessageSizeMax { get; set; } = 64 * 1024;

    /// <summary>How long a message may take to arrive once its headers are there.</summary>
    public TimeSpan MessageTimeMax { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Calls at one time whose message is on its way; for one more, the one that has waited longest is given up.</summary>
    public int ArrivingMax { get; set; } = 2_000;

    /// <summary>
    /// Of these, from one IPv4 address or IPv6 network of 64 bits; for one more, the one from there that has waited longest is given up.
    /// </summary>
    public int ArrivingPerAddressMax { get; set; } = 200;

    /// <summary>
    /// Of all headers of a call, in bytes, and 32 more for each. A token of an identity provider may take some kilobytes. Kestrel's own
    /// limit is four times as large.
    /// </summary>
    public int HeaderSizeMax { get; set; } = 16 * 1024;

    /// <summary>Calls at one time on one connection.</summary>
    public int StreamsPerConnectionMax { get; set; } = 100;

    /// <summary>
    /// Connections at one time on each endpoint, so that a full one for callers does not shut out the operators; one more is closed at
    /// once.
    /// </summary>
    public int ConnectionsMax { get; set; } = 20_000;

    /// <summary>
    /// Calls that a node has under way at one time; one more is refused at once with <c>RESOURCE_EXHAUSTED</c>. Streams are not counted.
    /// </summary>
    public int CallsMax { get; set; } = 1_000;

    /// <summary>Of these, from one IPv4 address or IPv6 network of 64 bits. Mobile operators put many phones behind one address.</summary>
    public int CallsPerAddressMax { get; set; } = 500;

    /// <summary>Of these, only for staff.</summary>
    public int CallsForStaff { get; set; } = 50;

    internal sealed class Validator : IValidateOptions<ServerLimits>
    {
        private static readonly TimeSpan MessageTimeLeast = TimeSpan.FromSeconds(1);
        private static readonly TimeSpan MessageTimeMost = TimeSpan.FromMinutes(1);

        public ValidateOptionsResult Validate(string? name, ServerLimits options)
        {
            var problems = new List<string>();
            AtLeast(1024, options.MessageSizeMax, nameof(MessageSizeMax), " bytes");
            AtLeast(1024, options.HeaderSizeMax, nameof(HeaderSizeMax), " bytes");
            AtLeast(1, options.StreamsPerConnectionMax, nameof(StreamsPerConnectionMax));
            AtLeast(1, options.ConnectionsMax, nameof(ConnectionsMax));
            AtLeast(1, options.ArrivingMax, nameof(ArrivingMax));
            AtLeast(1, options.ArrivingPerAddressMax, nameof(ArrivingPerAddressMax));
            AtLeast(1, options.CallsMax, nameof(CallsMax));
            AtLeast(1, options.CallsPerAddressMax, nameof(CallsPerAddressMax));
            if (options.CallsForStaff < 0 || options.CallsForStaff >= options.CallsMax)
                problems.Add("Limits:CallsForStaff must be at least 0 and less than Limits:CallsMax.");
            if (options.MessageTimeMax < MessageTimeLeast || options.MessageTimeMax > MessageTimeMost)
                problems.Add("Limits:MessageTimeMax must be between a second and a minute.");
            return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);

            void AtLeast(int least, int value, string option, string unit = "")
            {
                if (value < least)
                    problems.Add(string.Create(CultureInfo.InvariantCulture, $"Limits:{option} must be at least {least}{unit}."));
            }
        }
    }

    internal sealed class Apply(IOptions<ServerLimits> limits) : IConfigureOptions<KestrelServerOptions>,
        IConfigureOptions<GrpcServiceOptions>
    {
        /// <summary>See <see cref="HeaderLimit"/>. No more: Kestrel has all headers of all calls in memory before anybody looks.</summary>
        private const int KestrelHeaderFactor = 4;

        /// <summary>What a connection may send that nobody has read yet: requests are small, and the memory is ours.</summary>
        private const int ConnectionWindow = 256 * 1024;

        /// <summary>Kestrel takes no less, and clients may send as much before they hear of it (RFC 9113, section 6.5.2).</summary>
        private const int StreamWindowMin = 65_535;

        /// <summary>A phone that vanished without a word is noticed by its missing answer to a ping.</summary>
        private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(30);

        public void Configure(KestrelServerOptions options)
        {
            options.AddServerHeader = false;
            options.Limits.MaxConcurrentConnections = limits.Value.ConnectionsMax;
            var headers = KestrelHeaderFactor * limits.Value.HeaderSizeMax;
            options.Limits.MaxRequestHeadersTotalSize = headers;
            options.Limits.MaxRequestHeaderCount = headers / HeaderLimit.Overhead;
            options.Limits.Http2.MaxRequestHeaderFieldSize = headers;
            // Kestrel takes the rate of the whole connection, and ends all of it. Each message has its time: see Arrivals.
            options.Limits.MinRequestBodyDataRate = null;
            options.Limits.RequestHeadersTimeout = limits.Value.MessageTimeMax;
            options.Limits.Http2.InitialStreamWindowSize = Math.Max(StreamWindowMin, 2 * limits.Value.MessageSizeMax);
            options.Limits.Http2.InitialConnectionWindowSize = Math.Max(ConnectionWindow, 2 * limits.Value.MessageSizeMax);
            options.Limits.Http2.MaxStreamsPerConnection = limits.Value.StreamsPerConnectionMax;
            options.Limits.Http2.KeepAlivePingDelay = PingDelay;
        }

        public void Configure(GrpcServiceOptions options)
        {
            options.EnableDetailedErrors = false;
            options.MaxReceiveMessageSize = limits.Value.MessageSizeMax;
        }
    }
}
