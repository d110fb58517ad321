using System.ComponentModel;
using BktSmart.Dev;

namespace BktSmart.Web;

/// <summary>
/// The program of docs/app-developers.md, made as a reader would make it: from the TypeScript of the page, with clients that are generated
/// from the image of the protos.
/// </summary>
internal static class WebWorkshop
{
    private static readonly string[] Packages =
    [
        .. AppPage.Packages(), "@types/node@22.10.0", "esbuild@0.28.2",
    ];

    private static string Folder => Path.Combine(Repository.Root, ".data", "tools", "web");

    /// <returns>The bundle, for a browser and for node; null where npm is not here or has no packages.</returns>
    public static async Task<string?> BuildAsync()
    {
        Directory.CreateDirectory(Folder);
        var installed = Path.Combine(Folder, "installed");
        var wanted = string.Join('\n', Packages);
        if (!File.Exists(installed) || await File.ReadAllTextAsync(installed) != wanted)
        {
            if (!await TryInstallAsync())
                return null;
            await File.WriteAllTextAsync(installed, wanted);
        }

        await WriteAsync("app.ts", AppPage.Code("ts"));
        await WriteAsync("buf.gen.yaml", AppPage.Code("yaml"));
        Copy("api", "Protos", "promised.binpb");
        Copy("tests", "System", "Web", "main.ts");
        await RunAsync("buf", "generate");
        await RunAsync(
            "tsc", "--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler",
            "main.ts");
        await RunAsync(
            "esbuild", "main.ts", "--bundle", "--format=esm", "--platform=neutral", "--main-fields=module,main", "--outfile=bundle.mjs");
        return Path.Combine(Folder, "bundle.mjs");
    }

    private static async Task<bool> TryInstallAsync()
    {
        try
        {
            var ended = await TestProgram.RunAsync(
                "npm", ["install", "--no-audit", "--no-fund", "--save-exact", "--prefix", Folder, .. Packages], Folder);
            return ended.ExitCode == 0;
        }
        catch (Exception exception) when (exception is Win32Exception or OperationCanceledException)
        {
            return false;
        }
    }

    private static void Copy(params string[] path) =>
        File.Copy(Path.Combine([Repository.Root, .. path]), Path.Combine(Folder, path[^1]), overwrite: true);

    private static Task WriteAsync(string file, string text) => File.WriteAllTextAsync(Path.Combine(Folder, file), text);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var programs = Path.Combine(Folder, "node_modules", ".bin");
        var ended = await TestProgram.RunAsync(
            Path.Combine(programs, program), arguments, Folder, new() { ["PATH"] = TestProgram.PathWith(programs) });
        Assert.True(ended.ExitCode == 0, $"{program}: {ended.Output}");
    }
}
