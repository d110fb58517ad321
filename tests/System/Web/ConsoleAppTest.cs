using System.Diagnostics;
using System.Text.RegularExpressions;
using BktSmart.Dev;
using BktSmart.Dev.Client;

namespace BktSmart.Web;

/// <summary>The C# of docs/app-developers.md: a program that is made from the page alone enrols, signs in and pays.</summary>
public sealed partial class ConsoleAppTest
{
    private const string WrongFnp = "000000";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Program_OfThePage_GoesFromEnrolmentToPayment()
    {
        var program = await BuildAsync(TestServer.NewFolder("console-app"));
        await using var bank = await TestBank.StartAsync("console-app", freePayments: false);
        var (payer, payee) = (await bank.OpenAsync(10_000_00), await bank.OpenAsync());
        var person = payer.Person;
        string[] customer = [payer.Number, person.CardNumber, person.CardExpiry, person.Password, payee.Account.Iban];

        var lost = await TestProgram.RunAsync(
            "dotnet", [program, bank.Bank.Address.Staff.AbsoluteUri, .. customer], Repository.Root, patience: Patience);
        Assert.Equal("Wrong address or port?\n", lost.Output);

        using var app = Process.Start(new ProcessStartInfo("dotnet", [program, bank.Bank.Address.Customers.AbsoluteUri, .. customer])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        try
        {
            // Enrolment, sign-in and payment, each with an FNP; the first is mistyped.
            await app.StandardInput.WriteLineAsync(WrongFnp);
            for (var i = 0; i < 3; i++)
            {
                await app.StandardInput.WriteLineAsync(Phone.FnpIn(await payer.App.Phone.NextSmsAsync(Stop)));
                await app.StandardInput.FlushAsync(Stop);
            }

            var said = await app.StandardOutput.ReadToEndAsync(Stop).WaitAsync(Patience, Stop);
            Assert.Contains("The FNP is not correct. 2 tries are left. Enter the code of the SMS:", said, StringComparison.Ordinal);
            Assert.EndsWith("The balance is 550000 qindarka.\n", said, StringComparison.Ordinal);
        }
        finally
        {
            app.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public void Packages_OfThePage_HaveTheVersionsOfTheBank()
    {
        var ours = File.ReadAllText(Path.Combine(Repository.Root, "Directory.Packages.props"));
        var versions = Version().Matches(AppPage.Code("xml")).Select(version => version.Groups[1].Value).ToList();
        Assert.NotEmpty(versions);
        Assert.All(versions, version => Assert.Matches($"""["v>]{Regex.Escape(version)}["<]""", ours));
    }

    /// <returns>The program.</returns>
    private static async Task<string> BuildAsync(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "Protos", "bktsmart"));
        await File.WriteAllTextAsync(Path.Combine(folder, "app.csproj"), AppPage.Code("xml"), Stop);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), AppPage.Code("csharp"), Stop);
        // A reader's folder is not in this solution.
        foreach (var props in (string[])["Directory.Build.props", "Directory.Packages.props"])
            await File.WriteAllTextAsync(Path.Combine(folder, props), "<Project />", Stop);
        var protos = Path.Combine(Repository.Root, "api", "Protos", "bktsmart", "v1");
        var copied = await TestProgram.RunAsync("cp", ["-r", protos, Path.Combine(folder, "Protos", "bktsmart")], folder);
        Assert.True(copied.ExitCode == 0, copied.Output);
        var built = await TestProgram.RunAsync(
            "dotnet", ["build", "-v", "quiet", "-nologo", "--disable-build-servers", "-o", "out"], folder, patience: Patience);
        Assert.True(built.ExitCode == 0 && built.Output.Contains("0 Warning(s)", StringComparison.Ordinal), built.Output);
        return Path.Combine(folder, "out", "app.dll");
    }

    [GeneratedRegex("Version=\"([^\"]+)\"")]
    private static partial Regex Version();
}
