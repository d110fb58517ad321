using System.ComponentModel;
using System.Text.RegularExpressions;
using BktSmart.Dev;

namespace BktSmart.Web;

/// <summary>
/// The program of docs/app-developers.md, made as a reader would make it: from the TypeScript of the page, with clients that are generated
/// from the image of the protos.
/// </summary>
internal static partial class WebWorkshop
{
    private static readonly string[] Packages =
    [
        "@bufbuild/buf@1.75.0", "@bufbuild/protobuf@2.17.0", "@bufbuild/protoc-gen-es@2.17.0", "@connectrpc/connect@2.3.0",
        "@connectrpc/connect-web@2.3.0", "@types/node@22.10.0", "esbuild@0.28.2", "typescript@5.9.3",
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

        var page = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "app-developers.md"));
        await WriteAsync("app.ts", Code("ts", page));
        await WriteAsync("buf.gen.yaml", Code("yaml", page));
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

    /// <summary>All the code of a language, in the order of the page.</summary>
    private static string Code(string language, string page) => string.Join(
        '\n', CodeBlock().Matches(page).Where(block => block.Groups[1].Value == language).Select(block => block.Groups[2].Value));

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

    [GeneratedRegex(@"^```(\w+)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
