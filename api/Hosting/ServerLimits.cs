using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace BktSmart.Hosting;

/// <summary>Section <c>Limits</c>: what one caller may send. The requests of the API are small.</summary>
internal sealed class ServerLimits
{
    public const string Section = "Limits";

    /// <summary>Of one message, in bytes.</summary>
    public int MessageSizeMax { get; set; } = 64 * 1024;

    /// <summary>Of all headers of a call, in bytes. A token of an identity provider may take some kilobytes.</summary>
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

    internal sealed class Validator : IValidateOptions<ServerLimits>
    {
        public ValidateOptionsResult Validate(string? name, ServerLimits options)
        {
            if (options.MessageSizeMax < 1024)
                return ValidateOptionsResult.Fail("Limits:MessageSizeMax must be at least 1024 bytes.");
            if (options.HeaderSizeMax < 1024)
                return ValidateOptionsResult.Fail("Limits:HeaderSizeMax must be at least 1024 bytes.");
            if (options.StreamsPerConnectionMax < 1)
                return ValidateOptionsResult.Fail("Limits:StreamsPerConnectionMax must be at least 1.");
            if (options.ConnectionsMax < 1)
                return ValidateOptionsResult.Fail("Limits:ConnectionsMax must be at least 1.");
            return options.CallsMax < 1
                ? ValidateOptionsResult.Fail("Limits:CallsMax must be at least 1.")
                : ValidateOptionsResult.Success;
        }
    }

    internal sealed class Apply(IOptions<ServerLimits> limits) : IConfigureOptions<KestrelServerOptions>,
    IConfigureOptions<GrpcServiceOptions>
    {
        /// <summary>A phone that vanished without a word is noticed by its missing answer to a ping.</summary>
        private static readonly TimeSpan PingDelay = TimeSpan.FromSeconds(30);

        public void Configure(KestrelServerOptions options)
        {
            options.AddServerHeader = false;
            options.Limits.MaxConcurrentConnections = limits.Value.ConnectionsMax;
            options.Limits.MaxRequestHeadersTotalSize = limits.Value.HeaderSizeMax;
            options.Limits.Http2.MaxRequestHeaderFieldSize = limits.Value.HeaderSizeMax;
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
