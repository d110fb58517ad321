using System.Diagnostics;
using System.Net;
using System.Text.Json;
using BktSmart.Dev.Client;

namespace BktSmart.Web;

/// <summary>The program of docs/app-developers.md enrols, signs in, pays, and sees the notification, over gRPC-Web.</summary>
public sealed class BrowserTest
{
    private const long Deposit = 10_000_00;
    private static readonly string[] Chromium = ["chromium", "chromium-browser", "google-chrome"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Page_InBrowserAndNode_GoesFromEnrolmentToNotification()
    {
        var bundle = await WebWorkshop.BuildAsync();
        Assert.SkipWhen(bundle is null, "npm is not here or cannot install the packages.");
        await using var page = await WebPage.OpenAsync(bundle);
        await using var bank = await TestBank.StartAsync(
            "browsers", freePayments: false, settings: new Dictionary<string, string> { ["Browsers__Origins"] = page.Origin });

        await AssertRefusedElsewhereAsync(bank);
        await AssertWalkAsync(bank, page, "node", bundle, page.Origin);
        var chromium = FindOnPath(Chromium);
        Assert.SkipWhen(chromium is null, "There is no Chromium.");
        var profile = TestServer.NewFolder("chromium");
        await AssertWalkAsync(
            bank, page, chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", $"--user-data-dir={profile}",
            page.Origin);
        Directory.Delete(profile, recursive: true);
    }

    private static async Task AssertWalkAsync(TestBank bank, WebPage page, string program, params string[] arguments)
    {
        var (payer, payee) = (await bank.OpenAsync(Deposit), await bank.OpenAsync());
        page.Config = JsonSerializer.Serialize(new
        {
            address = bank.Bank.Address.Browsers.AbsoluteUri.TrimEnd('/'),
            card = new { identifier = payer.Number, cardNumber = payer.Person.CardNumber, cardExpiry = payer.Person.CardExpiry },
            password = payer.Person.Password,
            device = new { deviceId = payer.Person.DeviceId.ToString(), displayName = "Shfletuesi im", platform = 1 },
            payee = payee.Account.Iban,
        });
        page.NextFnpAsync = async () => Phone.FnpIn(await payer.App.Phone.NextSmsAsync(Stop))!;

        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync(Stop);
        try
        {
            Assert.Equal(
                [
                    "Sign in to continue.", "Wrong address or port?",
                    "The FNP is not correct. 2 tries are left. Enter the code of the SMS.",
                    "The balance is 5500 ALL.", "Pagesë e dërguar", $"balance {Deposit - 4_500_00}",
                ],
                await page.NextResultAsync(Stop).WaitAsync(Patience, Stop));
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"{program} did not get through: {await errors}");
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>A page of another origin may not read an answer, and staff have no browsers.</summary>
    private static async Task AssertRefusedElsewhereAsync(TestBank bank)
    {
        using var client = new HttpClient();
        using var preflight = new HttpRequestMessage(
            HttpMethod.Options, new Uri(bank.Bank.Address.Browsers, "/bktsmart.v1.AccountService/ListAccounts"));
        preflight.Headers.Add("Origin", "https://evil.example");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        using var answer = await client.SendAsync(preflight, Stop);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));

        using var ofStaff = new HttpRequestMessage(
            HttpMethod.Post, new Uri(bank.Bank.Address.Browsers, "/bktsmart.staff.v1.BranchService/GetCustomer"));
        ofStaff.Content = new ByteArrayContent(new byte[5]) { Headers = { ContentType = new("application/grpc-web+proto") } };
        using var refused = await client.SendAsync(ofStaff, Stop);
        Assert.Equal(HttpStatusCode.NotFound, refused.StatusCode);
    }

    private static string? FindOnPath(IEnumerable<string> names) => names
        .SelectMany(name => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);
}
