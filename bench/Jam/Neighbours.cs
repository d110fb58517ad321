using System.Globalization;
using BktSmart.Dev.Bank;
using BktSmart.Dev.Client;
using BktSmart.Staff.V1;
using BktSmart.V1;
using Grpc.Core;
using Grpc.Net.Client;

namespace BktSmart.Bench.Jam;

/// <summary>Those who want something of the bank meanwhile: customers and a member of staff, each from an address of their own.</summary>
internal sealed class Neighbours : IDisposable
{
    /// <summary>One more is the customer who jams.</summary>
    private const int Count = 10;
    private const long DepositMinorUnits = 100_000_00;
    private const long PaymentMinorUnits = 1_00;

    /// <summary>Whoever waits longer has no answer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly List<BankClient> _clients = [];
    private readonly List<(CustomerApp App, Account Account)> _customers = [];
    private readonly LocalBank _bank;
    private readonly ContactCentreService.ContactCentreServiceClient _centre;

    private Neighbours(LocalBank bank)
    {
        _bank = bank;
        _centre = Client("127.0.0.2").ContactCentre(bank.Staff.Issue("bench-agent", ["contact-centre"])).Service;
    }

    public static async Task<Neighbours> SettleAsync(LocalBank bank, CancellationToken stop)
    {
        var all = new Neighbours(bank);
        var people = new People(Random.Shared.NextInt64());
        var desk = all._clients[0].Desk(bank.Staff.Issue("bench-teller", ["branch"]));
        for (var i = 0; i <= Count; i++)
        {
            var person = people.Make("Arta Hoxha", woman: true);
            var (customer, account) = await desk.SetUpAsync(person, DepositMinorUnits, cancellationToken: stop);
            var app = all.Client(string.Create(CultureInfo.InvariantCulture, $"127.0.0.{10 + i}"))
                .App(person, new Phone(bank.Messages, person.PhoneNumber, person.DeviceId));
            await app.EnrolAsync(customer.Name.Split('/')[1], stop);
            await app.SignInAsync(person.NationalId, stop);
            all._customers.Add((app, account));
        }

        return all;
    }

    /// <returns>The access token of the customer who jams.</returns>
    public async Task<string> RefreshAsync(CancellationToken stop)
    {
        foreach (var (app, _) in _customers)
            await app.RefreshAsync(stop);
        return _customers[Count].App.Session!.AccessToken;
    }

    /// <returns>What customers see, and what staff sees.</returns>
    public async Task<(View Customers, View Staff)> LookAsync(TimeSpan duration, CancellationToken stop)
    {
        var (customers, staff) = (new View(), new View());
        await Task.WhenAll(
        [
            staff.LookAsync(duration, stop, () => _centre.ListSupportCasesAsync(new(), Options(stop)).ResponseAsync),
            .. Enumerable.Range(0, Count).Select(i => customers.LookAsync(duration, stop, Calls(i, stop))),
        ]);
        return (customers, staff);
    }

    public void Dispose()
    {
        foreach (var client in _clients)
            client.Dispose();
    }

    private static CallOptions Options(CancellationToken stop) => new(deadline: DateTime.UtcNow + Patience, cancellationToken: stop);

    private Func<Task>[] Calls(int customer, CancellationToken stop)
    {
        var (app, account) = _customers[customer];
        var payee = _customers[(customer + 1) % Count].Account;
        return
        [
            () => app.Accounts.ListAccountsAsync(new(), Options(stop)).ResponseAsync,
            () => app.Transfers.CreateTransferAsync(
                new()
                {
                    TransferId = Guid.CreateVersion7().ToString(),
                    SourceAccount = account.Name,
                    PayeeIban = payee.Iban,
                    Amount = new Money { MinorUnits = PaymentMinorUnits, CurrencyCode = "ALL" },
                    Reference = "Kafe",
                },
                Options(stop)).ResponseAsync,
            () => app.Accounts.ListTransactionsAsync(new() { Parent = account.Name }, Options(stop)).ResponseAsync,
        ];
    }

    private BankClient Client(string address)
    {
        var client = new BankClient(Channel(_bank.Address.Customers), Channel(_bank.Address.Staff));
        _clients.Add(client);
        return client;

        GrpcChannel Channel(Uri listener) => GrpcChannel.ForAddress(
            listener, new GrpcChannelOptions { HttpHandler = Loopback.From(address), DisposeHttpClient = true });
    }
}
