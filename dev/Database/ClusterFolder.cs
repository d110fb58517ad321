using BktSmart.Dev.Processes;

namespace BktSmart.Dev.Database;

/// <summary>
/// Where a private cluster lives: in the data folder, or, where the user <c>postgres</c> cannot get there, in a folder of its own under
/// <c>/var/lib/bktsmart</c>, to which a file in the data folder points. Its name is random, and it names its data folder in turn, so that
/// neither a deleted nor a copied data folder finds the database of another one.
/// </summary>
internal static class ClusterFolder
{
    private const string InnerName = "postgres";
    private const string Pointer = "postgres-folder";
    private const string OuterRoot = "/var/lib/bktsmart";
    private const string BackPointer = "belongs-to";

    public static async Task<string> OpenAsync(
        DataFolder data, ServerAccount account, Action<string> say, CancellationToken cancellationToken)
    {
        if (Known(data) is { } known)
        {
            await ClaimAsync(known, data, cancellationToken);
            say($"The database is in {known}.");
            return known;
        }

        var inner = data.Path(InnerName);
        await account.CreateFolderAsync(inner, cancellationToken);
        if (await account.CanUseAsync(inner, cancellationToken))
            return inner;

        Directory.Delete(inner);
        Directory.CreateDirectory(OuterRoot);
        var outer = Path.Combine(OuterRoot, $"{Path.GetFileName(data.Root)}-{Guid.NewGuid():N}");
        await account.CreateFolderAsync(outer, cancellationToken);
        if (!await account.CanUseAsync(outer, cancellationToken))
            throw new LaunchException($"The user postgres can reach neither {data.Root} nor {outer}; choose another folder with --data.");
        await ClaimAsync(outer, data, cancellationToken);
        await File.WriteAllTextAsync(data.Path(Pointer), outer, cancellationToken);
        say($"The database is in {outer}, because the user postgres cannot enter {data.Root}.");
        return outer;
    }

    /// <summary>Removes the cluster of a data folder, wherever it is.</summary>
    public static void Delete(string dataFolder)
    {
        var pointer = Path.Combine(dataFolder, Pointer);
        if (File.Exists(pointer) && Owner(File.ReadAllText(pointer)) == dataFolder)
            Directory.Delete(File.ReadAllText(pointer), recursive: true);
        if (Directory.Exists(Path.Combine(dataFolder, InnerName)))
            Directory.Delete(Path.Combine(dataFolder, InnerName), recursive: true);
    }

    private static string? Known(DataFolder data)
    {
        var pointer = data.Path(Pointer);
        return File.Exists(pointer) && File.ReadAllText(pointer) is var folder && Directory.Exists(folder) ? folder : null;
    }

    private static async Task ClaimAsync(string cluster, DataFolder data, CancellationToken cancellationToken)
    {
        // A data folder that was moved takes its database along; one that was copied must not share it.
        if (Owner(cluster) is { } owner && owner != data.Root && Directory.Exists(owner))
            throw new LaunchException(
                $"{data.Root} is a copy of {owner}, whose database is in {cluster}; start with an empty folder instead.");
        await File.WriteAllTextAsync(Path.Combine(cluster, BackPointer), data.Root, cancellationToken);
    }

    private static string? Owner(string cluster)
    {
        var path = Path.Combine(cluster, BackPointer);
        return File.Exists(path) ? File.ReadAllText(path) : null;
    }
}
