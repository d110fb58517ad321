using BktSmart.Dev.Client;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Client.Balancer;
using Grpc.Net.Client.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace BktSmart.Infrastructure;

/// <summary>
/// Divides calls among nodes of the API as the proxy in front of them does: a node that is about to stop gets no new ones, and one that is
/// not ready none at all.
/// </summary>
internal sealed class Balancer : ResolverFactory, IDisposable
{
    private const string Customers = "customers";
    private const string Staff = "staff";

    private readonly Lock _lock = new();
    private readonly HashSet<ApiAddress> _nodes;
    private readonly ServiceProvider _services;
    private readonly List<NodeResolver> _resolvers = [];

    public Balancer(IEnumerable<ApiAddress> nodes)
    {
        _nodes = [.. nodes];
        _services = new ServiceCollection().AddSingleton<ResolverFactory>(this).BuildServiceProvider();
        Client = new BankClient(Open(Customers), Open(Staff));

        GrpcChannel Open(string listener) => GrpcChannel.ForAddress($"{Name}:///{listener}", new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Insecure,
            ServiceProvider = _services,
            ServiceConfig = new ServiceConfig { LoadBalancingConfigs = { new RoundRobinConfig() } },
        });
    }

    public BankClient Client { get; }

    public override string Name => "bank";

    public void Remove(ApiAddress node)
    {
        lock (_lock)
        {
            _nodes.Remove(node);
            Tell();
        }
    }

    public void Add(ApiAddress node)
    {
        lock (_lock)
        {
            _nodes.Add(node);
            Tell();
        }
    }

    public override Resolver Create(ResolverOptions options) => new NodeResolver(this, options.Address.AbsolutePath.Trim('/'));

    public void Dispose()
    {
        Client.Dispose();
        _services.Dispose();
    }

    private void Tell() => _resolvers.ForEach(resolver => resolver.Tell());

    private sealed class NodeResolver(Balancer balancer, string listener) : Resolver
    {
        private Action<ResolverResult>? _told;

        public override void Start(Action<ResolverResult> told)
        {
            lock (balancer._lock)
            {
                _told = told;
                balancer._resolvers.Add(this);
                Tell();
            }
        }

        public void Tell() => _told?.Invoke(ResolverResult.ForResult(
            [.. balancer._nodes.Select(node => listener == Staff ? node.Staff : node.Customers)
                .Select(address => new BalancerAddress(address.Host, address.Port))]));
    }
}
