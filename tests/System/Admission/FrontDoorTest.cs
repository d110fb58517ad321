using System.Diagnostics;
using System.Net;
using BktSmart.Staff.V1;
using BktSmart.V1;

namespace BktSmart.Admission;

/// <summary>What strangers send, and what customers and staff get meanwhile.</summary>
public sealed class FrontDoorTest(SharedBank shared)
{
    private const string Anyone = "/bktsmart.v1.AuthenticationService/BeginSignIn";
    private const string OfStaff = "/bktsmart.staff.v1.BranchService/GetCustomer";
    private const string OfOperators = "/grpc.health.v1.Health/Check";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private TestBank Bank => shared.Bank;

    /// <summary>As many calls as a node has under way at most, five bytes each, and nothing more.</summary>
    [Fact]
    public async Task Calls_StrangersSendSlowly_AreAnswered()
    {
        var customer = await Bank.EnterAsync();
        var usual = await LongestAsync(customer);
        var refused = await RefusedAsync();
        using var jam = new Jam(Bank.Bank.Address.Customers);
        await jam.BeginAsync();
        var jammed = await LongestAsync(customer);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"The longest call took {usual.TotalMilliseconds:F0} ms, beside the jam {jammed.TotalMilliseconds:F0} ms.");
        await Eventually.EqualAsync(true, async () => await RefusedAsync() > refused, "a metric says that calls were refused");
    }

    [Fact]
    public async Task Message_IsNone_LeavesNothingInTheLog()
    {
        const int Messages = 1_000;
        using var client = new HttpClient();
        var before = (await SecretScan.ReadLogsAsync(Bank)).Sum(log => log.Length);
        var garbage = new byte[205];
        Random.Shared.NextBytes(garbage);
        (garbage[0], garbage[1], garbage[2], garbage[3], garbage[4], garbage[5]) = (0, 0, 0, 0, 200, 0xFF);
        for (var i = 0; i < Messages; i++)
        {
            using var response = await client.SendAsync(
                Jam.Request(Bank.Bank.Address.Customers, Anyone, new ByteArrayContent(garbage)), Stop);
            Assert.Equal("MESSAGE_MALFORMED", Jam.ReasonOf(response));
        }

        // Other tests log something meanwhile. Ten characters a message are less than a line for each.
        var log = (await SecretScan.ReadLogsAsync(Bank)).Sum(log => log.Length) - before;
        Assert.True(log < 10 * Messages, $"{Messages} messages left {log} characters.");
    }

    /// <summary>Other spellings, which routing would take for a method that is limited under its own name alone.</summary>
    [Theory]
    [InlineData("/bktsmart.v1.authenticationservice/beginsignin")]
    [InlineData("/bktsmart.v1.AuthenticationService/BeginSignIn/")]
    public async Task Path_OfNoMethod_IsNotThere(string method) =>
        Assert.Equal(HttpStatusCode.NotFound, (await CallAsync(Bank.Bank.Address.Customers, method)).Status);

    [Fact]
    public async Task Health_WhereOperatorsCome_SaysThatTheNodeServes() => Assert.Equal(
        // The message: status = SERVING.
        (HttpStatusCode.OK, "0000000002" + "0801"), await CallAsync(Bank.Bank.ApiOperationsGrpc, OfOperators));

    /// <summary>Customers, staff and operators each have what is theirs, and nothing of the others.</summary>
    [Fact]
    public async Task Call_AtAnothersListener_IsNotThere()
    {
        var bank = Bank.Bank;
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(bank.Address.Customers, Anyone)).Status);
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(bank.Address.Staff, OfStaff)).Status);
        (Uri Listener, string Method)[] others =
        [
            (bank.Address.Customers, OfStaff), (bank.Address.Customers, OfOperators),
            (bank.Address.Staff, Anyone), (bank.Address.Staff, OfOperators),
            (bank.ApiOperationsGrpc, Anyone), (bank.ApiOperationsGrpc, OfStaff),
        ];
        foreach (var (listener, method) in others)
            Assert.Equal((listener, method, HttpStatusCode.NotFound), (listener, method, (await CallAsync(listener, method)).Status));
    }

    private static async Task<(HttpStatusCode Status, string Answer)> CallAsync(Uri node, string method)
    {
        using var client = new HttpClient();
        using var response = await client.SendAsync(
            Jam.Request(node, method, new ByteArrayContent(new byte[5])), HttpCompletionOption.ResponseHeadersRead, Stop);
        return (response.StatusCode, Convert.ToHexString(await response.Content.ReadAsByteArrayAsync(Stop)));
    }

    private async Task<TimeSpan> LongestAsync(TestCustomer customer)
    {
        const int Calls = 20;
        var longest = TimeSpan.Zero;
        for (var i = 0; i < Calls; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            await customer.App.Accounts.ListAccountsAsync(new ListAccountsRequest(), cancellationToken: Stop);
            await Bank.ContactCentre.Service.ListSupportCasesAsync(new ListSupportCasesRequest(), cancellationToken: Stop);
            longest = TimeSpan.FromTicks(Math.Max(longest.Ticks, Stopwatch.GetElapsedTime(begun).Ticks));
        }

        return longest;
    }

    private async Task<double> RefusedAsync() => await TestBank.ReadMetricAsync(Bank.Bank.ApiOperations, "bank_api_refused");
}
