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
    private readonly Lock _lock = new();
    private readonly HashSet<Uri> _nodes;
    private readonly ServiceProvider _services;
    private Action<ResolverResult>? _listener;

    public Balancer(IEnumerable<Uri> nodes)
    {
        _nodes = [.. nodes];
        _services = new ServiceCollection().AddSingleton<ResolverFactory>(this).BuildServiceProvider();
        Client = new BankClient(GrpcChannel.ForAddress($"{Name}:///api", new GrpcChannelOptions
        {
            Credentials = ChannelCredentials.Insecure,
            ServiceProvider = _services,
            ServiceConfig = new ServiceConfig { LoadBalancingConfigs = { new RoundRobinConfig() } },
        }));
    }

    public BankClient Client { get; }

    public override string Name => "bank";

    public void Remove(Uri node)
    {
        lock (_lock)
        {
            _nodes.Remove(node);
            Tell();
        }
    }

    public void Add(Uri node)
    {
        lock (_lock)
        {
            _nodes.Add(node);
            Tell();
        }
    }

    public override Resolver Create(ResolverOptions options) => new NodeResolver(this);

    public void Dispose()
    {
        Client.Dispose();
        _services.Dispose();
    }

    private void Tell() =>
        _listener?.Invoke(ResolverResult.ForResult([.. _nodes.Select(node => new BalancerAddress(node.Host, node.Port))]));

    private sealed class NodeResolver(Balancer balancer) : Resolver
    {
        public override void Start(Action<ResolverResult> listener)
        {
            lock (balancer._lock)
            {
                balancer._listener = listener;
                balancer.Tell();
            }
        }
    }
}
