using System.Globalization;
using System.Text.Json;
using BktSmart.Accounts;
using BktSmart.Hosting;
using BktSmart.Infrastructure;
using BktSmart.Silo.Hosting;
using k8s.Models;

namespace BktSmart;

public sealed class NetworkTest
{
    [Fact]
    public void SiloPorts_AreThoseThatTheSiloOpens()
    {
        var member = new ClusterMemberOptions();
        // The manifests do not set the first two.
        Assert.DoesNotContain(
            KubernetesBase.Environment(KubernetesBase.Silo).Keys, key => key is "Cluster__SiloPort" or "Cluster__GatewayPort");

        Assert.Equal(
            new Dictionary<string, int>
            {
                ["silo"] = member.SiloPort,
                ["gateway"] = member.GatewayPort,
                ["operations"] = UrlPort(KubernetesBase.Silo, "Operations"),
            },
            Ports(KubernetesBase.Silo));
    }

    [Fact]
    public void ApiPorts_AreTheEndpointsOfKestrel_OnAllAddresses()
    {
        Assert.Equal(
            new Dictionary<string, int>
            {
                ["customers"] = UrlPort(KubernetesBase.Api, "Customers"),
                ["staff"] = UrlPort(KubernetesBase.Api, "Staff"),
                ["operations"] = UrlPort(KubernetesBase.Api, "Operations"),
                ["operations-grpc"] = UrlPort(KubernetesBase.Api, "OperationsGrpc"),
            },
            Ports(KubernetesBase.Api));

        // The same ports as without Kubernetes, and no endpoint that the manifests leave on loopback.
        using var settings = JsonDocument.Parse(Repository.Read("api", "appsettings.json"));
        foreach (var endpoint in settings.RootElement.GetProperty("Kestrel").GetProperty("Endpoints").EnumerateObject())
            Assert.Equal(new Uri(endpoint.Value.GetProperty("Url").GetString()!).Port, UrlPort(KubernetesBase.Api, endpoint.Name));
    }

    [Fact]
    public void Services_LeadToNamedPortsOfOnePod()
    {
        foreach (var service in KubernetesBase.Of<V1Service>())
        {
            var selector = new V1LabelSelector { MatchLabels = service.Spec.Selector };
            var pods = Assert.Single(KubernetesBase.Workloads, workload => KubernetesBase.Selects(selector, workload));
            foreach (var port in service.Spec.Ports)
            {
                Assert.Equal(Ports(pods)[port.TargetPort.Value], port.Port);
                Assert.Equal(port.Name, port.TargetPort.Value);
            }
        }

        string[] grpc = ["api", "api-staff"];
        Assert.All(grpc, name => Assert.Equal(
            "kubernetes.io/h2c", KubernetesBase.Of<V1Service>().Single(service => service.Name() == name).Spec.Ports.Single().AppProtocol));
    }

    [Fact]
    public void Gateways_AreTheHeadlessServiceOfTheSilos()
    {
        var gateway = Assert.Single(ClusterSettings.ParseGateways(KubernetesBase.Environment(KubernetesBase.Api)["Cluster__Gateways"])!);
        var service = KubernetesBase.Of<V1Service>().Single(s => s.Name() == gateway.Host);

        Assert.Equal("None", service.Spec.ClusterIP);
        Assert.True(KubernetesBase.Selects(new V1LabelSelector { MatchLabels = service.Spec.Selector }, KubernetesBase.Silo));
        // Nothing maps ports on the way to the address of a pod.
        Assert.Equal(Ports(KubernetesBase.Silo)["gateway"], gateway.Port);
    }

    [Fact]
    public void Policies_DenyEverythingFirst()
    {
        var deny = KubernetesBase.Of<V1NetworkPolicy>().Single(policy => policy.Name() == "deny-all");

        Assert.All(KubernetesBase.Workloads, workload => Assert.True(KubernetesBase.Selects(deny.Spec.PodSelector, workload)));
        Assert.Equal(["Ingress", "Egress"], deny.Spec.PolicyTypes);
        Assert.Null(deny.Spec.Ingress);
        Assert.Null(deny.Spec.Egress);
    }

    [Fact]
    public void Policies_OpenThePortsOfThePods_AndToWhom()
    {
        string[] expected =
        [
            "api:8080 from namespaces bktsmart/ingress=true",
            "api:8081 from namespaces bktsmart/monitoring=true",
            "api:8082 from namespaces bktsmart/monitoring=true",
            "api:8083 from namespaces bktsmart/staff=true",
            "silo:11111 from silo",
            "silo:30000 from api",
            "silo:8081 from namespaces bktsmart/monitoring=true",
        ];
        var open = KubernetesBase.Workloads.SelectMany(workload =>
            from policy in PoliciesOf(workload)
            from rule in policy.Spec.Ingress ?? []
            from port in rule.Ports
            from peer in rule.FromProperty
            from name in Names(peer)
            select $"{workload.Name}:{port.Port.Value} from {name}");

        Assert.Equal(expected, open.Order(StringComparer.Ordinal));
        Assert.All(KubernetesBase.Workloads, workload => Assert.Equal(
            (workload.Container.Ports ?? []).Select(port => port.ContainerPort).Order(),
            PoliciesOf(workload)
                .SelectMany(policy => policy.Spec.Ingress ?? [])
                .SelectMany(rule => rule.Ports)
                .Select(NumberOf)
                .Distinct()
                .Order()));
    }

    [Fact]
    public void Policies_LetPodsReachWhatTheyNeed_AndNoMore()
    {
        string[] expected =
        [
            "api to 443 of anybody",
            "api to 53 of namespaces kubernetes.io/metadata.name=kube-system",
            "api to 30000 of silo",
            "migrate to 5432 of anybody",
            "migrate to 53 of namespaces kubernetes.io/metadata.name=kube-system",
            "silo to 11111 of silo",
            "silo to 5432 of anybody",
            "silo to 53 of namespaces kubernetes.io/metadata.name=kube-system",
        ];
        var open = KubernetesBase.Workloads.SelectMany(workload =>
            from policy in PoliciesOf(workload)
            from rule in policy.Spec.Egress ?? []
            from port in rule.Ports
            from name in rule.To is null ? ["anybody"] : rule.To.SelectMany(Names)
            select $"{workload.Name} to {port.Port.Value} of {name}");

        Assert.Equal(expected.Order(StringComparer.Ordinal), open.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Policies_HaveRulesOnlyForTheTypesThatTheyName() => Assert.All(KubernetesBase.Of<V1NetworkPolicy>(), policy =>
    {
        Assert.True(policy.Spec.Ingress is null || policy.Spec.PolicyTypes.Contains("Ingress"), policy.Name());
        Assert.True(policy.Spec.Egress is null || policy.Spec.PolicyTypes.Contains("Egress"), policy.Name());
        Assert.True(KubernetesBase.Workloads.Any(workload => KubernetesBase.Selects(policy.Spec.PodSelector, workload)), policy.Name());
    });

    private static IEnumerable<V1NetworkPolicy> PoliciesOf(Workload workload) =>
        KubernetesBase.Of<V1NetworkPolicy>().Where(policy => KubernetesBase.Selects(policy.Spec.PodSelector, workload));

    private static IEnumerable<string> Names(V1NetworkPolicyPeer peer) => peer.NamespaceSelector is { } namespaces
        ? namespaces.MatchLabels.Select(label => $"namespaces {label.Key}={label.Value}")
        : KubernetesBase.Workloads.Where(workload => KubernetesBase.Selects(peer.PodSelector, workload)).Select(workload => workload.Name);

    private static int NumberOf(V1NetworkPolicyPort port) => int.Parse(port.Port.Value, CultureInfo.InvariantCulture);

    private static Dictionary<string, int> Ports(Workload workload) =>
        workload.Container.Ports.ToDictionary(port => port.Name, port => port.ContainerPort);

    private static int UrlPort(Workload workload, string endpoint)
    {
        var url = new Uri(KubernetesBase.Environment(workload)[$"Kestrel__Endpoints__{endpoint}__Url"]);
        Assert.Equal("0.0.0.0", url.Host);
        return url.Port;
    }
}
