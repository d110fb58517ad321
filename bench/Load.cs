using BktSmart.Dev.Bank;
using BktSmart.Dev.Client;
using BktSmart.V1;
using Grpc.Health.V1;
using Grpc.Net.Client;

namespace BktSmart.Bench;

/// <summary>Customers who are signed in, and what they do. Every payment has an id of its own.</summary>
internal sealed class Load : IDisposable
{
    private const int Channels = 4;
    private const long StartingBalance = 1_000_000_00;

    private readonly GrpcChannel _plain;
    private readonly List<BankClient> _banks = [];
    private readonly List<(CustomerApp App, string Account, string Iban)> _customers = [];

    private Load(Uri address)
    {
        _plain = GrpcChannel.ForAddress(address);
        for (var i = 0; i < Channels; i++)
            _banks.Add(new BankClient(address));
    }

    /// <summary>The first is the limit that the others are held against.</summary>
    public IReadOnlyList<(string Name, Func<Random, Task> Call)> Rows
    {
        get
        {
            var health = new Health.HealthClient(_plain);
            return
            [
                ("no-op", async _ => await health.CheckAsync(new HealthCheckRequest())),
                ("balance", random => BalanceAsync(Any(random))),
                ("page", random => PageAsync(Any(random))),
                ("transfer", PayAnyAsync),
                ("transfer to one", random => PayAsync(random, _customers[0].Iban)),
            ];
        }
    }

    public static async Task<Load> PrepareAsync(LocalBank bank, int count, CancellationToken stop)
    {
        var load = new Load(bank.Address);
        var people = new People(new Random());
        var desk = load._banks[0].Desk(bank.Staff.Issue("bench", ["branch"]));
        for (var i = 0; i < count; i++)
        {
            var person = people.Make($"Customer {i}");
            var (customer, account) = await desk.SetUpAsync(person, StartingBalance, cancellationToken: stop);
            var number = customer.Name.Split('/')[1];
            var app = load._banks[i % Channels].App(person, new Phone(bank.Messages, person.PhoneNumber, person.DeviceId));
            await app.EnrolAsync(number, stop);
            await app.SignInAsync(number, stop);
            load._customers.Add((app, account.Name, account.Iban));
        }

        await load.RefreshSessionsAsync(stop);
        return load;
    }

    /// <summary>Access tokens are good for some minutes.</summary>
    public Task RefreshSessionsAsync(CancellationToken stop) =>
        Parallel.ForEachAsync(_customers, stop, async (customer, token) => await customer.App.RefreshAsync(token));

    public void Dispose()
    {
        _plain.Dispose();
        foreach (var bank in _banks)
            bank.Dispose();
    }

    private (CustomerApp App, string Account, string Iban) Any(Random random) => _customers[random.Next(_customers.Count)];

    private static async Task BalanceAsync((CustomerApp App, string Account, string Iban) customer) =>
        await customer.App.Accounts.GetAccountAsync(new GetAccountRequest { Name = customer.Account });

    private static async Task PageAsync((CustomerApp App, string Account, string Iban) customer) => await customer.App.ListTransactionsAsync(customer.Account);

    private Task PayAnyAsync(Random random) => PayAsync(random, Any(random).Iban);

    private async Task PayAsync(Random random, string payee)
    {
        var payer = Any(random);
        while (payer.Iban == payee)
            payer = Any(random);
        await payer.App.PayAsync(new CreateTransferRequest
        {
            TransferId = Guid.CreateVersion7().ToString(),
            SourceAccount = payer.Account,
            PayeeIban = payee,
            Amount = new Money { MinorUnits = 1, CurrencyCode = "ALL" },
        });
    }
}
