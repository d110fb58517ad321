using BktSmart.Dev;
using BktSmart.Dev.Staff;

namespace BktSmart.Reflection;

/// <summary>The script that takes a newcomer through the bank does so.</summary>
public sealed class TourTest
{
    // Some fifty programs, one after the other, beside the other tests.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task Tour_OfABankThatAsksForFnps_GoesToTheEnd()
    {
        // The shared bank asks for no FNP, and that is half of the tour.
        var programs = await FindBufAsync();
        await using var bank = await TestBank.StartAsync("tour", freePayments: false);

        var ended = await RunAsync(programs, bank.Folder);
        Assert.True(ended.ExitCode == 0, ended.Output);
        Assert.Contains("That was the tour", ended.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await bank.VerifyAsync()).ExitCode);
    }

    [Fact]
    public async Task Tour_WithoutABank_SaysWhatToDo()
    {
        var ended = await RunAsync(await FindBufAsync(), "/nowhere");
        Assert.Equal(1, ended.ExitCode);
        Assert.Contains("there is no bank in /nowhere. Start one with ./run", ended.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tour_FirstSmsComesLate_WaitsForIt()
    {
        var folder = TestServer.NewFolder("tour-sms");
        _ = new StaffIssuer(Path.Combine(folder, "staff"), TimeProvider.System);
        await File.WriteAllTextAsync(Path.Combine(folder, "ports.json"), """{"api-grpc":1}""", TestContext.Current.CancellationToken);
        var programs = Path.Combine(folder, "programs");
        TestProgram.Write(Path.Combine(programs, "buf"), $$"""
            case "$*" in
              *CompleteEnrolment*) exit 1 ;; # far enough
              *"Drita Kola"*) grep -o '+355[0-9]*' <<<"$*" >'{{folder}}/phone' ;;
            esac
            echo '{"name": "customers/1",'
            echo ' "iban": "AL",'
            echo ' "enrolmentId": "1"}'
            """);
        // The tour sleeps when it has looked for the SMS in vain. Until then there is not even a file.
        TestProgram.Write(Path.Combine(programs, "sleep"), $$"""
            printf '{"to":"%s","text":"123456 is your FNP. @bank #123456"}\n' "$(<'{{folder}}/phone')" >>'{{folder}}/messages.jsonl'
            """);

        var ended = await RunAsync(programs, folder);
        Assert.True(ended.Output.Contains(": 123456 is your FNP.", StringComparison.Ordinal), ended.Output);
        Assert.EndsWith("EnrolmentService/CompleteEnrolment failed, and should not.\n", ended.Output, StringComparison.Ordinal);
    }

    // The folder it is in.
    private static async Task<string> FindBufAsync()
    {
        var buf = await Buf.FindAsync();
        Assert.SkipWhen(buf is null, "buf is not here and npm cannot install it.");
        return Path.GetDirectoryName(buf)!;
    }

    private static Task<Ended> RunAsync(string programs, string folder) => TestProgram.RunAsync(
        "bash", [Path.Combine(Repository.Root, "docs", "tour"), "--data", folder], Repository.Root,
        new() { ["PATH"] = TestProgram.PathWith(programs) }, Patience);
}
