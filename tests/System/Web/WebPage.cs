using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace BktSmart.Web;

/// <summary>A page of another origin than the bank, with the program, what it has to know, and a way to tell what came of it.</summary>
internal sealed class WebPage : IAsyncDisposable
{
    private readonly Channel<string[]> _results = Channel.CreateUnbounded<string[]>();
    private readonly WebApplication _app;

    private WebPage(WebApplication app) => _app = app;

    /// <summary>Without a slash at its end.</summary>
    public string Origin => _app.Urls.Single();

    /// <summary>What the program knows from the beginning, as JSON.</summary>
    public string Config { get; set; } = "";

    /// <summary>Where the customer reads the FNP of the next SMS.</summary>
    public Func<Task<string>> NextFnpAsync { get; set; } = () => Task.FromResult("");

    /// <param name="bundle">The program.</param>
    public static async Task<WebPage> OpenAsync(string bundle)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var page = new WebPage(app);
        app.MapGet("/", () => Results.Content("<!doctype html><script type=module src=/bundle.mjs></script>", "text/html"));
        app.MapGet("/bundle.mjs", () => Results.File(bundle, "text/javascript"));
        app.MapGet("/config", () => page.Config);
        app.MapGet("/fnp", () => page.NextFnpAsync());
        app.MapPost("/result", async (HttpRequest request) =>
            await page._results.Writer.WriteAsync((await JsonSerializer.DeserializeAsync<string[]>(request.Body))!));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return page;
    }

    /// <summary>The steps that the program took, at its end.</summary>
    public Task<string[]> NextResultAsync(CancellationToken cancellationToken) => _results.Reader.ReadAsync(cancellationToken).AsTask();

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
