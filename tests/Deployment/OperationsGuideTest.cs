using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.RegularExpressions;
using BktSmart.Accounts;
using BktSmart.Infrastructure;
using BktSmart.Silo.Migration;
using k8s.Models;

namespace BktSmart;

/// <summary><c>docs/operations.md</c> says what the programs do.</summary>
public sealed partial class OperationsGuideTest
{
    private static readonly string Guide = Repository.Read("docs", "operations.md");

    private static readonly ILookup<(string Program, string Name), Match> Rows = SettingsOfProgram().Matches(Guide)
        .SelectMany(part => SettingRow().Matches(part.Value), (part, row) => (Program: part.Groups["program"].Value, Row: row))
        .ToLookup(entry => (entry.Program, entry.Row.Groups["name"].Value), entry => entry.Row);

    public static TheoryData<string, string> AllSettings =>
        [.. Settings.All.Select(setting => new TheoryDataRow<string, string>(setting.Program, setting.Name))];

    [Theory, MemberData(nameof(AllSettings))]
    public void Setting_IsListed_WithItsDefaultAndRange(string program, string name)
    {
        var setting = Settings.All.Single(s => s.Program == program && s.Name == name);
        var row = Assert.Single(Rows[(program, name)]);

        var stated = row.Groups["default"].Value;
        if (setting.Default is null or "")
            Assert.Equal("", stated);
        else
            Assert.Equal(setting.Default, setting.Parse(stated));

        if (setting.Property.GetCustomAttribute<RangeAttribute>() is not { } range)
            return;
        var ends = Ends().Match(row.Groups["range"].Value);
        Assert.True(ends.Success, $"The range of {setting} is not `least`–`most`.");
        Assert.Equal(setting.Parse(range.Minimum.ToString()!), setting.Parse(ends.Groups["least"].Value));
        Assert.Equal(setting.Parse(range.Maximum.ToString()!), setting.Parse(ends.Groups["most"].Value));
    }

    [Fact]
    public void List_HasNoOtherSettings() =>
        Assert.Equal(Settings.All.Select(setting => (setting.Program, setting.Name)).Order(), Rows.Select(row => row.Key).Order());

    [Fact]
    public void Ports_AreThoseOfThePods() => Assert.Equal(
        KubernetesBase.Workloads
            .SelectMany(workload => (workload.Container.Ports ?? []).Select(port => $"{workload.Name} {port.ContainerPort}"))
            .Order(StringComparer.Ordinal),
        PortRow().Matches(Guide).Select(row => $"{row.Groups["program"].Value} {row.Groups["port"].Value}").Order(StringComparer.Ordinal));

    [Fact]
    public void Roles_ThatTheMigrationsGrantTo_AreCreated()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Root, "silo", "Migrations"), "*.sql", SearchOption.AllDirectories);
        var migrations = string.Concat(files.Select(File.ReadAllText));
        var granted = Grantee().Matches(migrations).Select(grant => grant.Groups["role"].Value).Distinct();

        Assert.Equal([Migrator.SiloRole], granted);
        Assert.Contains($"create role {Migrator.SiloRole} nologin;", Guide, StringComparison.Ordinal);
    }

    [Fact]
    public void Metrics_AreThoseOfTheBank()
    {
        var files = Sources("grains").Concat(Sources("api"));
        var sources = string.Concat(files.Select(File.ReadAllText));

        Assert.Equal(
            Instrument().Matches(sources).Select(match => match.Groups["name"].Value).Order(StringComparer.Ordinal),
            MetricRow().Matches(Guide).Select(match => match.Groups["name"].Value).Order(StringComparer.Ordinal));

        static IEnumerable<string> Sources(string folder) =>
            Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories);
    }

    [Fact]
    public void Secrets_AreThoseThatThePodsTake()
    {
        var taken = KubernetesBase.Workloads.SelectMany(workload => (workload.Container.Env ?? [])
            .Where(variable => variable.ValueFrom?.SecretKeyRef is not null)
            .Select(variable => $"{variable.ValueFrom.SecretKeyRef.Name}/{variable.ValueFrom.SecretKeyRef.Key}")
            .Concat(workload.Pod.Volumes.Where(volume => volume.Secret is not null)
                .SelectMany(volume => volume.Secret.Items.Select(item => $"{volume.Secret.SecretName}/{item.Key}"))));
        var created = CreatedSecret().Matches(Guide).SelectMany(secret =>
            SecretKey().Matches(secret.Value).Select(key => $"{secret.Groups["name"].Value}/{key.Groups["key"].Value}"));

        // Two are there only while the signing key is replaced.
        Assert.Equal(
            taken
                .Where(key =>
                    !key.EndsWith("-next.pem", StringComparison.Ordinal) && !key.EndsWith("-previous.pem", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
            created.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void NamespaceLabels_AreThoseOfTheNetworkPolicies() => Assert.All(
        KubernetesBase.Of<V1NetworkPolicy>().SelectMany(policy => policy.Spec.Ingress ?? []).SelectMany(rule => rule.FromProperty)
            .Where(peer => peer.NamespaceSelector is not null).SelectMany(peer => peer.NamespaceSelector.MatchLabels),
        label => Assert.Matches($"kubectl label namespace [A-Z]+ {label.Key}={label.Value}\n", Guide));

    /// <summary>The section of one program, to the next heading of its level.</summary>
    [GeneratedRegex(@"^## Settings of the `(?<program>\w+)`$[\s\S]*?(?=^## )", RegexOptions.Multiline)]
    private static partial Regex SettingsOfProgram();

    /// <summary>- `name` (`default` or none; range): what it is</summary>
    [GeneratedRegex(@"^- `(?<name>\w+:\w+)` \((?:none|`(?<default>[^`]+)`); (?<range>[^)]+)\): \S", RegexOptions.Multiline)]
    private static partial Regex SettingRow();

    [GeneratedRegex("^`(?<least>[^`]+)`–`(?<most>[^`]+)`$")]
    private static partial Regex Ends();

    [GeneratedRegex(@"^\| (?<program>\w+) \| (?<port>\d+) \|", RegexOptions.Multiline)]
    private static partial Regex PortRow();

    [GeneratedRegex(@"^ *grant [^;]+ to (?<role>\w+);", RegexOptions.Multiline)]
    private static partial Regex Grantee();

    [GeneratedRegex(
        "Create(Histogram|Counter|UpDownCounter|ObservableUpDownCounter|ObservableGauge|Gauge)<\\w+>\\(\\s*\"(?<name>[\\w.]+)\"")]
    private static partial Regex Instrument();

    [GeneratedRegex(@"^\| `(?<name>bank[\w.]+)` \|", RegexOptions.Multiline)]
    private static partial Regex MetricRow();

    [GeneratedRegex("create secret generic (?<name>[\\w-]+).*")]
    private static partial Regex CreatedSecret();

    [GeneratedRegex("--from-file=(?<key>[\\w.-]+)")]
    private static partial Regex SecretKey();
}
