using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using BktSmart.Accounts;
using BktSmart.Hosting;
using BktSmart.Infrastructure;
using BktSmart.Keys;
using BktSmart.Ledger;
using BktSmart.Silo.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;
using k8s.Models;

namespace BktSmart;

public sealed partial class WorkloadTest
{
    public static TheoryData<string> All => [.. KubernetesBase.Workloads.Select(workload => workload.Name)];

    public static TheoryData<string> Servers => [.. KubernetesBase.Of<V1Deployment>().Select(deployment => deployment.Name())];

    [Theory, MemberData(nameof(All))]
    public void Pod_IsRestricted(string name)
    {
        var (pod, container) = (Find(name).Pod, Find(name).Container);

        Assert.True(pod.SecurityContext.RunAsNonRoot);
        Assert.Equal(1654, pod.SecurityContext.RunAsUser);
        Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
        Assert.False(pod.AutomountServiceAccountToken);
        Assert.False(pod.EnableServiceLinks);
        Assert.Null(pod.HostNetwork);
        Assert.Null(pod.HostPID);
        Assert.Null(pod.InitContainers);
        Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
        Assert.Null(container.SecurityContext.Privileged);
        Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
        Assert.Null(container.SecurityContext.Capabilities.Add);
        Assert.Contains(container.VolumeMounts, mount => mount.MountPath == "/tmp");
        Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
        Assert.All(pod.Volumes, volume => Assert.True(volume.EmptyDir is not null || volume.Secret is not null, volume.Name));
        Assert.All(container.VolumeMounts, mount => Assert.Contains(pod.Volumes, volume => volume.Name == mount.Name));
    }

    [Fact]
    public void Namespace_EnforcesTheRestrictedStandard()
    {
        var labels = KubernetesBase.Of<V1Namespace>().Single().Metadata.Labels;

        Assert.All(["enforce", "audit", "warn"], mode => Assert.Equal("restricted", labels[$"pod-security.kubernetes.io/{mode}"]));
    }

    [Theory, MemberData(nameof(All))]
    public void Container_HasFixedMemory_AndNoProcessorLimit(string name)
    {
        var resources = Find(name).Container.Resources;

        Assert.Equal(resources.Limits["memory"], resources.Requests["memory"]);
        Assert.Contains("cpu", resources.Requests.Keys);
        Assert.DoesNotContain("cpu", resources.Limits.Keys);
    }

    [Theory]
    [InlineData("silo", "silo", "BktSmart.Silo.csproj")]
    [InlineData("api", "api", "BktSmart.Api.csproj")]
    [InlineData("migrate", "silo", "BktSmart.Silo.csproj")]
    public void Image_IsTheOneThatTheProjectPublishes(string name, string folder, string project)
    {
        var published = XDocument.Parse(Repository.Read(folder, project)).Descendants("ContainerRepository").Single().Value;

        Assert.Equal(published, Find(name).Container.Image);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Probes_AskForPathsThatTheProgramMaps(string name)
    {
        var container = Find(name).Container;
        var paths = name == "silo" ? await PathsOfSilo() : await PathsOfApi();

        Assert.All([container.StartupProbe, container.LivenessProbe, container.ReadinessProbe], probe =>
        {
            Assert.Contains(probe.HttpGet.Path, paths);
            Assert.Equal("operations", probe.HttpGet.Port.Value);
        });
        Assert.Equal("/health/live", container.StartupProbe.HttpGet.Path);
        Assert.Equal("/health/live", container.LivenessProbe.HttpGet.Path);
        Assert.Equal("/health/ready", container.ReadinessProbe.HttpGet.Path);
    }

    [Fact]
    public void SiloStartup_MayTakeAsLongAsJoiningTheCluster()
    {
        var probe = KubernetesBase.Silo.Container.StartupProbe;
        var allowed = TimeSpan.FromSeconds((probe.PeriodSeconds * probe.FailureThreshold)!.Value);

        Assert.True(
            allowed > new Orleans.Configuration.ClusterMembershipOptions().MaxJoinAttemptTime,
            $"The startup probe gives up after {allowed}.");
    }

    private static TimeSpan GivenUpWaitMax => TimeSpan.Parse(
        (string)typeof(LedgerOptions).GetProperty(nameof(LedgerOptions.GivenUpWait))!.GetCustomAttribute<RangeAttribute>()!.Maximum,
        CultureInfo.InvariantCulture);

    [Theory, MemberData(nameof(Servers))]
    public void TerminationGrace_IsLongerThanPauseAndShutdown(string name)
    {
        var workload = Find(name);
        var pause = workload.Container.Lifecycle?.PreStop?.Sleep?.Seconds ?? 0;
        // The silo sets its own; the API has the host's.
        var shutdown = name == "silo"
            ? int.Parse(
                ShutdownTimeout().Match(Repository.Read("silo", "Hosting", "SiloHost.cs")).Groups["seconds"].Value,
                CultureInfo.InvariantCulture)
                + GivenUpWaitMax.TotalSeconds
            : new HostOptions().ShutdownTimeout.TotalSeconds;

        Assert.True(
            workload.Pod.TerminationGracePeriodSeconds > pause + shutdown,
            $"{workload.Pod.TerminationGracePeriodSeconds} s for {pause} s + {shutdown} s");
        Assert.DoesNotMatch(ShutdownTimeout(), Repository.Read("api", "Program.cs"));
    }

    [Theory, MemberData(nameof(Servers))]
    public void Rollout_NeverTakesAPodAwayFirst(string name)
    {
        var deployment = KubernetesBase.Of<V1Deployment>().Single(d => d.Name() == name);

        Assert.True(deployment.Spec.Replicas >= 2);
        Assert.Equal("0", deployment.Spec.Strategy.RollingUpdate.MaxUnavailable.Value);
        Assert.Equal("1", deployment.Spec.Strategy.RollingUpdate.MaxSurge.Value);
        Assert.True(KubernetesBase.Selects(deployment.Spec.Selector, Find(name)));
        // Longer than it takes to find out that a pod is not ready after all.
        var readiness = Find(name).Container.ReadinessProbe;
        Assert.True(deployment.Spec.MinReadySeconds >= readiness.PeriodSeconds * readiness.FailureThreshold);
        Assert.All(
            Find(name).Pod.TopologySpreadConstraints,
            spread => Assert.True(KubernetesBase.Selects(spread.LabelSelector, Find(name))));
    }

    [Theory, MemberData(nameof(Servers))]
    public void DisruptionBudget_TakesThePodsOfOneDeployment_AndLetsOneGo(string name)
    {
        var budget = KubernetesBase.Of<V1PodDisruptionBudget>().Single(b => KubernetesBase.Selects(b.Spec.Selector, Find(name)));

        Assert.Equal("1", budget.Spec.MaxUnavailable.Value);
        Assert.Equal("AlwaysAllow", budget.Spec.UnhealthyPodEvictionPolicy);
        Assert.Single(KubernetesBase.Workloads, workload => KubernetesBase.Selects(budget.Spec.Selector, workload));
    }

    [Fact]
    public void Api_HasNoSecret()
    {
        var api = KubernetesBase.Api;

        Assert.All(api.Container.Env ?? [], variable => Assert.Null(variable.ValueFrom?.SecretKeyRef));
        Assert.All(api.Container.EnvFrom, source => Assert.Null(source.SecretRef));
        Assert.All(api.Pod.Volumes, volume => Assert.Null(volume.Secret));
        Assert.DoesNotContain(KubernetesBase.Environment(api).Keys, key => key.Split("__")[0] is "Database" or "Keys");
    }

    [Fact]
    public void OwnersSecret_IsForTheMigrationAlone()
    {
        string[] Secrets(Workload workload) =>
        [
            .. (workload.Container.Env ?? []).Select(variable => variable.ValueFrom?.SecretKeyRef?.Name).OfType<string>(),
            .. workload.Pod.Volumes.Select(volume => volume.Secret?.SecretName).OfType<string>(),
        ];

        Assert.Equal(["database-owner"], Secrets(KubernetesBase.Migration));
        Assert.Equal(["silo-database", "silo-keys"], Secrets(KubernetesBase.Silo));
    }

    [Fact]
    public void KeysSecret_HoldsTheFilesThatTheSiloReads_WhereItReadsThem()
    {
        var (pod, container) = (KubernetesBase.Silo.Pod, KubernetesBase.Silo.Container);
        var volume = pod.Volumes.Single(v => v.Secret is not null);
        var mount = container.VolumeMounts.Single(m => m.Name == volume.Name);

        Assert.Equal(container.Env.Single(variable => variable.Name == "Keys__Directory").Value, mount.MountPath);
        Assert.True(mount.ReadOnlyProperty);
        Assert.Equal(Convert.ToInt32("440", 8), volume.Secret.DefaultMode);
        Assert.Equal(pod.SecurityContext.RunAsGroup, pod.SecurityContext.FsGroup);

        using var folder = KeyFolder.Create();
        Assert.Null(BankKeys.FindProblem(new KeyOptions { Directory = folder.Path }));
        Assert.Equal(
            Directory.EnumerateFiles(folder.Path).Select(Path.GetFileName).Order(),
            volume.Secret.Items.Select(item => item.Path).Order());
        Assert.All(volume.Secret.Items, item => Assert.Equal(item.Key, item.Path));
    }

    [Fact]
    public async Task Migration_VerbExists()
    {
        Assert.Null(KubernetesBase.Migration.Container.Command);

        var result = await RunSilo([.. KubernetesBase.Migration.Container.Args]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("silo migrate: Database:MigrationConnectionString is not set", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silo_UnknownVerb_IsRefused() => Assert.Equal(2, (await RunSilo("migrat")).ExitCode);

    private static Workload Find(string name) => KubernetesBase.Workloads.Single(workload => workload.Name == name);

    private static async Task<ProgramResult> RunSilo(params string[] arguments) =>
        (await ExternalProgram.RunAsync("dotnet", [typeof(ClusterMemberOptions).Assembly.Location, .. arguments]))!;

    private static async Task<IReadOnlyList<string?>> PathsOfSilo()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton<IGrainFactory>(_ => throw new InvalidOperationException());
        builder.Services.AddSingleton<NpgsqlDataSource>(_ => throw new InvalidOperationException());
        await using var app = builder.Build();
        app.MapHealth();
        return Paths(app);
    }

    private static async Task<IReadOnlyList<string?>> PathsOfApi()
    {
        var builder = WebApplication.CreateSlimBuilder();
        ApiTelemetry.AddTelemetry(builder);
        builder.Services.AddGrpc();
        builder.Services.AddGrpcHealthChecks();
        builder.AddOperationsEndpoint();
        await using var app = builder.Build();
        app.MapOperations();
        return Paths(app);
    }

    private static IReadOnlyList<string?> Paths(IEndpointRouteBuilder routes) =>
        [.. routes.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText)];

    [GeneratedRegex(@"ShutdownTimeout = TimeSpan\.FromSeconds\((?<seconds>\d+)\)")]
    private static partial Regex ShutdownTimeout();
}
