using BktSmart.Accounts;
using k8s;
using k8s.Models;

namespace BktSmart.Infrastructure;

/// <summary>What <c>kustomization.yaml</c> may say in this project: a field that is not here is refused by the strict reader.</summary>
public sealed class Kustomization
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public string Namespace { get; set; } = "";

    public List<LabelRule> Labels { get; set; } = [];

    public List<string> Resources { get; set; } = [];

    public List<Generator> ConfigMapGenerator { get; set; } = [];

    public sealed class LabelRule
    {
        public Dictionary<string, string> Pairs { get; set; } = [];

        public bool IncludeTemplates { get; set; }
    }

    public sealed class Generator
    {
        public string Name { get; set; } = "";

        public List<string> Literals { get; set; } = [];
    }
}

/// <summary>The pods of one Deployment or Job.</summary>
public sealed record Workload(string Name, V1PodTemplateSpec Template)
{
    public V1PodSpec Pod => Template.Spec;

    public V1Container Container => Pod.Containers.Single();

    public IDictionary<string, string> Labels => Template.Metadata.Labels;

    public override string ToString() => Name;
}

/// <summary><c>k8s/base</c>, typed: an unknown field, kind or API version, or a key that is there twice, fails here.</summary>
internal static class KubernetesBase
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "k8s", "base");

    public static Kustomization Kustomization { get; } =
        KubernetesYaml.Deserialize<Kustomization>(File.ReadAllText(Path.Combine(Folder, "kustomization.yaml")), strict: true);

    public static IReadOnlyList<object> Objects { get; } =
        [.. Kustomization.Resources.SelectMany(file => Load(File.ReadAllText(Path.Combine(Folder, file))))];

    public static IReadOnlyList<Workload> Workloads { get; } =
    [
        .. Of<V1Deployment>().Select(deployment => new Workload(deployment.Name(), deployment.Spec.Template)),
        .. Of<V1Job>().Select(job => new Workload(job.Name(), job.Spec.Template)),
    ];

    public static Workload Silo => Workloads.Single(workload => workload.Name == "silo");

    public static Workload Api => Workloads.Single(workload => workload.Name == "api");

    public static Workload Migration => Workloads.Single(workload => workload.Name == "migrate");

    public static IReadOnlyList<object> Load(string yaml) => KubernetesYaml.LoadAllFromString(yaml, strict: true);

    public static IEnumerable<T> Of<T>() => Objects.OfType<T>();

    /// <summary>Whether the selector takes the pods of the workload; an empty one takes all.</summary>
    public static bool Selects(V1LabelSelector selector, Workload workload) =>
        (selector.MatchLabels ?? new Dictionary<string, string>()).All(label => workload.Labels.Contains(label))
        && (selector.MatchExpressions ?? []).All(rule => rule.OperatorProperty == "In"
            && workload.Labels.TryGetValue(rule.Key, out var value) && rule.Values.Contains(value));

    /// <summary>
    /// The variables of the workload's container; <see cref="Stand"/> gives those that come from Secrets and from fields of the pod.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Environment(Workload workload)
    {
        var variables = new Dictionary<string, string>();
        foreach (var source in workload.Container.EnvFrom ?? [])
        {
            var map = Kustomization.ConfigMapGenerator.Single(generator => generator.Name == source.ConfigMapRef.Name);
            foreach (var literal in map.Literals)
            {
                var equals = literal.IndexOf('=', StringComparison.Ordinal);
                variables.Add(literal[..equals], literal[(equals + 1)..]);
            }
        }

        foreach (var variable in workload.Container.Env ?? [])
            variables.Add(variable.Name, variable.Value ?? Stand(variable.ValueFrom));
        return variables;
    }

    /// <summary>What a cluster would give.</summary>
    private static string Stand(V1EnvVarSource source) => (source.FieldRef?.FieldPath, source.SecretKeyRef?.Key) switch
    {
        ("metadata.name", null) => "silo-7d4b9c6f5-x2x9z",
        ("status.podIP", null) => "10.1.2.3",
        (null, "connection-string") => "Host=db;Database=bktsmart;Username=bktsmart_silo;Password=p",
        var other => throw new InvalidOperationException($"Nothing stands in for {other}."),
    };
}
