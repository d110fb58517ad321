using BktSmart.Accounts;
using BktSmart.Infrastructure;
using k8s;
using k8s.Models;

namespace BktSmart;

public sealed class KustomizationTest
{
    [Fact]
    public void Resources_AreTheFilesOfTheFolder()
    {
        var files = Directory.EnumerateFiles(KubernetesBase.Folder).Select(Path.GetFileName).Where(name => name != "kustomization.yaml");

        Assert.Equal(files.Order(StringComparer.Ordinal), KubernetesBase.Kustomization.Resources.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Objects_HaveNamesOfTheirOwn_AndNoSecretIsAmongThem()
    {
        var names = KubernetesBase.Objects.Cast<IKubernetesObject<V1ObjectMeta>>().Select(o => $"{o.Kind} {o.Name()}").ToList();

        Assert.NotEmpty(names);
        Assert.Equal(names.Distinct(), names);
        Assert.DoesNotContain(names, name => name.StartsWith("Secret ", StringComparison.Ordinal));
    }

    [Fact]
    public void Load_UnknownField_IsRefused() =>
        Assert.ThrowsAny<Exception>(
            () => KubernetesBase.Load("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: a\nspec:\n  replica: 3\n"));

    [Fact]
    public async Task Kustomize_Base_BuildsTheSameObjects()
    {
        var built = await BuildAsync();
        Assert.SkipWhen(built is null, "Neither kubectl nor kustomize with kustomize 5 is here.");
        Assert.True(built.ExitCode == 0, built.Errors);

        var objects = KubernetesBase.Load(built.Output).Cast<IKubernetesObject<V1ObjectMeta>>().ToList();
        var maps = objects.OfType<V1ConfigMap>().ToList();
        Assert.Equal(KubernetesBase.Objects.Count, objects.Count - maps.Count);
        Assert.Equal(KubernetesBase.Kustomization.ConfigMapGenerator.Count, maps.Count);
        Assert.All(objects, o => Assert.True(
            o is V1Namespace || o.Namespace() == "bktsmart", $"{o.Kind} {o.Name()} is in {o.Namespace()}."));

        // References follow the names with the hash of the content, so that new settings reach the pods.
        var references = objects.OfType<V1Deployment>()
            .SelectMany(d => d.Spec.Template.Spec.Containers.Single().EnvFrom).Select(e => e.ConfigMapRef.Name);
        Assert.Equal(maps.Select(map => map.Name()).Order(), references.Distinct().Order());
    }

    private static async Task<ProgramResult?> BuildAsync()
    {
        if (await ExternalProgram.RunAsync("kubectl", "version", "--client") is { } kubectl
            && kubectl.Output.Contains("Kustomize Version: v5", StringComparison.Ordinal))
            return await ExternalProgram.RunAsync("kubectl", "kustomize", KubernetesBase.Folder);
        if (await ExternalProgram.RunAsync("kustomize", "version") is { } kustomize
            && kustomize.Output.Contains('5', StringComparison.Ordinal))
            return await ExternalProgram.RunAsync("kustomize", "build", KubernetesBase.Folder);
        return null;
    }
}
