using BktSmart.Dev.Processes;

namespace BktSmart.Dev.Bank;

/// <summary>Starts a program of the solution as the process that it is in production.</summary>
internal static class BankProgram
{
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);
    private static readonly HttpClient Http = new() { Timeout = ProbeTimeout };

    /// <summary>
    /// A program that is started again when it dies, from where <c>dll</c> then says it is, and that says at <c>/health/ready</c> of its
    /// operations endpoint when it is ready.
    /// </summary>
    public static SupervisedProcess Supervise(
        string name, Func<string> dll, DataFolder data, IReadOnlyList<string> ports, int operationsPort,
        Func<Dictionary<string, string>> settings, Action<string> say)
    {
        return new SupervisedProcess(
            name, data.Log(name), Start, token => IsReadyAsync(new Uri(Address(operationsPort), "/health/ready"), token), say);

        ChildProcess Start()
        {
            foreach (var port in ports)
                data.Ports.Release(port);
            return ChildProcess.Start(name, data.Pids, data.Log(name), Path.GetDirectoryName(dll())!, ["dotnet", dll()], settings());
        }
    }

    /// <summary>What both programs are told alike: this is a developer's machine.</summary>
    public static Dictionary<string, string> Development() => new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Development",
        ["DOTNET_ENVIRONMENT"] = "Development",
    };

    public static Uri Address(int port) => new UriBuilder(Uri.UriSchemeHttp, "127.0.0.1", port).Uri;

    private static async Task<bool> IsReadyAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await Http.GetAsync(address, cancellationToken);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
