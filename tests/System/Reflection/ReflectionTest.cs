using System.Text.Json.Nodes;
using BktSmart.Dev.Client;

namespace BktSmart.Reflection;

/// <summary>What a newcomer does who has nothing but the address: the API describes itself.</summary>
public sealed class ReflectionTest(SharedBank shared)
{
    private string _buf = "";

    [Fact]
    public async Task Client_MadeFromReflectionAlone_GoesFromEnrolmentToNotification()
    {
        var buf = await Buf.FindAsync();
        Assert.SkipWhen(buf is null, "buf is not here and npm cannot install it.");
        _buf = buf;
        await AssertServicesAsync();

        var customer = await shared.Bank.OpenAsync(100_00);
        var payee = await shared.Bank.OpenAsync();
        var person = customer.Person;
        var device = new JsonObject
        {
            ["deviceId"] = person.DeviceId.ToString(),
            ["displayName"] = "My phone",
            ["platform"] = "DEVICE_PLATFORM_ANDROID",
            ["pushToken"] = "demo",
        };
        var enrolment = await CallAsync("EnrolmentService/BeginEnrolment", new()
        {
            ["identifier"] = customer.Number,
            ["cardNumber"] = person.CardNumber,
            ["cardExpiry"] = person.CardExpiry,
            ["device"] = device.DeepClone(),
            ["requestId"] = Guid.NewGuid().ToString(),
        });
        await CallAsync("EnrolmentService/CompleteEnrolment", new()
        {
            ["enrolmentId"] = Text(enrolment, "enrolmentId"),
            ["deviceId"] = person.DeviceId.ToString(),
            ["fnp"] = await FnpAsync(customer),
            ["password"] = person.Password,
        });
        var signIn = await CallAsync("AuthenticationService/BeginSignIn", new()
        {
            ["identifier"] = customer.Number,
            ["password"] = person.Password,
            ["device"] = device.DeepClone(),
            ["requestId"] = Guid.NewGuid().ToString(),
        });
        var session = await CallAsync("AuthenticationService/CompleteSignIn", new()
        {
            ["signInId"] = Text(signIn, "signInId"),
            ["deviceId"] = person.DeviceId.ToString(),
            ["fnp"] = await FnpAsync(customer),
        });
        var token = Text(session, "tokens", "accessToken");

        var payment = new JsonObject
        {
            ["transferId"] = Guid.CreateVersion7().ToString(),
            ["sourceAccount"] = customer.Account.Name,
            ["payeeIban"] = payee.Account.Iban,
            ["amount"] = new JsonObject { ["minorUnits"] = 30_00, ["currencyCode"] = "ALL" },
            ["reference"] = "Faleminderit",
        };
        var paid = await CallAsync("TransferService/CreateTransfer", payment, token);
        Assert.Equal("7000", Text(paid, "transfer", "balanceAfter", "minorUnits"));
        var transactions = await CallAsync("AccountService/ListTransactions", new() { ["parent"] = customer.Account.Name }, token);
        Assert.Equal(2, transactions["transactions"]!.AsArray().Count);

        await shared.Bank.DrainAsync();
        var inbox = await CallAsync("NotificationService/ListNotifications", [], token);
        Assert.Equal("NOTIFICATION_CATEGORY_OUTGOING_TRANSFER", inbox["notifications"]![0]!["category"]!.GetValue<string>());
    }

    private async Task AssertServicesAsync()
    {
        var listed = await TestProgram.RunAsync(
            _buf, ["curl", "--http2-prior-knowledge", "--protocol", "grpc", "--list-services", Address("")], AppContext.BaseDirectory);
        Assert.True(listed.ExitCode == 0, listed.Output);
        string[] services =
        [
            "bktsmart.staff.v1.AuditService", "bktsmart.staff.v1.BranchService", "bktsmart.staff.v1.BusinessDayService",
            "bktsmart.staff.v1.ContactCentreService", "bktsmart.staff.v1.LedgerService", "bktsmart.v1.AccountService",
            "bktsmart.v1.AuthenticationService", "bktsmart.v1.EnrolmentService",
            "bktsmart.v1.NotificationService", "bktsmart.v1.PaymentControlService", "bktsmart.v1.SecurityService",
            "bktsmart.v1.TransferService", "grpc.health.v1.Health",
        ];
        Assert.All(services, service => Assert.Contains(service, listed.Output, StringComparison.Ordinal));
    }

    private async Task<JsonNode> CallAsync(string method, JsonObject request, string? token = null)
    {
        string[] authorization = token is null ? [] : ["-H", $"authorization: Bearer {token}"];
        var ended = await TestProgram.RunAsync(
            _buf,
            [
                "curl", "--http2-prior-knowledge", "--protocol", "grpc", .. authorization,
                "-d", request.ToJsonString(), Address($"bktsmart.v1.{method}"),
            ],
            AppContext.BaseDirectory);
        Assert.True(ended.ExitCode == 0, $"{method}: {ended.Output}");
        return JsonNode.Parse(ended.Output)!;
    }

    private string Address(string path) => new Uri(shared.Bank.Bank.Address.Customers, path).AbsoluteUri;

    private static async Task<string> FnpAsync(TestCustomer customer) =>
        Phone.FnpIn(await customer.App.Phone.NextSmsAsync(TestContext.Current.CancellationToken)) ?? "";

    private static string Text(JsonNode node, params string[] path) => path.Aggregate(node, (at, name) => at[name]!).GetValue<string>();
}
