using BktSmart.Dev;

namespace BktSmart.Programs;

/// <summary>How <c>./run</c> builds: in a small working copy, with a <c>dotnet</c> that only says that it was called.</summary>
public sealed class BuildTest : IDisposable
{
    private readonly string _root = TestServer.NewFolder("build");

    public BuildTest()
    {
        Directory.CreateDirectory(Path.Combine(_root, "dev"));
        File.Copy(Path.Combine(Repository.Root, "run"), Path.Combine(_root, "run"));
        File.Copy(Path.Combine(Repository.Root, "dev", "scripts.sh"), Path.Combine(_root, "dev", "scripts.sh"));
        File.WriteAllText(Path.Combine(_root, "dev", "A.cs"), "");
        WriteProgram("dotnet", """
            case $1 in
              --list-sdks) echo "10.0.100 [/sdk]" ;;
              build) mkdir -p dev/bin/Release/net10.0 && touch dev/bin/Release/net10.0/dev.dll && eval "$BUILD" ;;
              *) echo started ;;
            esac
            """);
    }

    [Fact]
    public async Task Build_NothingChanged_IsSkipped()
    {
        var ended = await RunAsync("./run token; ./run token");
        Assert.Equal("Building dev.\nstarted\nstarted\n", ended.Output);
    }

    /// <summary>Data of a bank may lie in the working copy; what is in there is not built.</summary>
    [Fact]
    public async Task Build_DataOfABankChanged_IsSkipped()
    {
        var ended = await RunAsync("./run token; mkdir -p my/data/logs; touch my/data/launcher.lock my/data/logs/A.cs; ./run token");
        Assert.Equal("Building dev.\nstarted\nstarted\n", ended.Output);
    }

    [Theory]
    [InlineData("echo >>dev/A.cs")]
    [InlineData("cp -p bin/dotnet dev/A.cs")]
    [InlineData("rm dev/A.cs")]
    [InlineData("mv dev/A.cs dev/B.cs")]
    [InlineData("rm -r dev/bin")]
    public async Task Build_SomethingChanged_IsDoneAgain(string change)
    {
        var ended = await RunAsync($"./run token; {change}; ./run token");
        Assert.Equal("Building dev.\nstarted\nBuilding dev.\nstarted\n", ended.Output);
    }

    [Fact]
    public async Task Build_Failed_IsDoneAgain()
    {
        var ended = await RunAsync("BUILD=false ./run token; ./run token");
        Assert.Equal("Building dev.\ndev could not be built.\nBuilding dev.\nstarted\n", ended.Output);
    }

    [Fact]
    public async Task Build_TakesLong_GivesASignOfLife()
    {
        // The second sleep begins when the sign of the first is out. Then the build may end.
        WriteProgram("sleep", "if mkdir slept 2>/dev/null; then exit; fi; echo >ticked; exec tail -f /dev/null");
        var ended = await RunAsync("mkfifo ticked; BUILD='read -r <ticked' ./run token");
        Assert.Matches(@"^Building dev\.\n  still building dev \(\d+ s\)\nstarted\n$", ended.Output);
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task Build_Interrupted_EndsQuietlyWithAllThatItStarted(string signal, int exitCode)
    {
        // The build itself sends the signal, and would never end.
        var build = $"echo $$ >build.pid; kill -{signal} $(cat run.pid); exec tail -f /dev/null";
        var ended = await RunAsync(
            $"""
            BUILD='{build}' bash -c 'echo $$ >run.pid; exec ./run token'
            echo "ended with $?"
            if kill $(cat build.pid) 2>/dev/null; then echo "the build is left"; fi
            """);
        Assert.Equal($"Building dev.\nended with {exitCode}\n", ended.Output);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void WriteProgram(string name, string script) => TestProgram.Write(Path.Combine(_root, "bin", name), script);

    // A runner in the background of a script would hand its deaf ear for SIGINT on.
    private Task<Ended> RunAsync(string script) => TestProgram.RunAsync(
        "env", ["--default-signal=INT", "bash", "-c", $"exec 2>&1\n{script}"], _root,
        new() { ["PATH"] = TestProgram.PathWith(Path.Combine(_root, "bin")), ["BUILD"] = "true" });
}
