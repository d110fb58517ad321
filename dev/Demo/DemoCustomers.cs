using System.Text.Json;
using BktSmart.Dev.Bank;
using BktSmart.Dev.Client;
using BktSmart.V1;

namespace BktSmart.Dev.Demo;

/// <summary>
/// The two customers that a newcomer finds. Who they are, and the id of every request for them, is written down before the first request:
/// each start sends the same requests again, and they change nothing the second time.
/// </summary>
public static class DemoCustomers
{
    private const int AgreementVersion = 2;
    private static readonly Money StartingBalance = new() { MinorUnits = 50_000_00, CurrencyCode = "ALL" };

    public static async Task<IReadOnlyList<DemoCustomer>> SetUpAsync(
        LocalBank bank, string file, CancellationToken cancellationToken = default)
    {
        using var client = new BankClient(bank.Address);
        var desk = client.Desk(bank.Staff.Issue("demo-teller", ["branch"]));
        var centre = client.ContactCentre(bank.Staff.Issue("demo-agent", ["contact-centre"]));
        var customers = new List<DemoCustomer>();
        foreach (var plan in await PlansAsync(file, cancellationToken))
            customers.Add(await SetUpAsync(desk, centre, plan, cancellationToken));
        return customers;
    }

    private static async Task<DemoCustomer> SetUpAsync(
        BranchDesk desk, ContactCentreDesk centre, Plan plan, CancellationToken cancellationToken)
    {
        var customer = await desk.CreateCustomerAsync(plan.Person, plan.CustomerRequest, cancellationToken);
        await desk.RecordAgreementAsync(customer.Name, AgreementVersion, cancellationToken);
        await desk.IssueCardAsync(customer.Name, plan.Person, cancellationToken);
        var account = await desk.OpenAccountAsync(customer.Name, requestId: plan.AccountRequest, cancellationToken: cancellationToken);
        await desk.DepositCashAsync(account.Name, StartingBalance, transferId: plan.Deposit, cancellationToken: cancellationToken);
        var standing = await centre.GetStandingAsync(customer.Name, cancellationToken);
        return new DemoCustomer(plan.Person, customer.Name.Split('/')[1], account.Iban) { IsEnrolled = standing.Enrolled };
    }

    private static async Task<IReadOnlyList<Plan>> PlansAsync(string file, CancellationToken cancellationToken)
    {
        if (File.Exists(file))
            return JsonSerializer.Deserialize<Plan[]>(await File.ReadAllTextAsync(file, cancellationToken))!;

        var people = new People(Random.Shared.NextInt64());
        Plan[] plans = [Plan.For(people.Make("Arta Hoxha", woman: true)), Plan.For(people.Make("Besnik Leka"))];
        var unfinished = file + ".new";
        await File.WriteAllTextAsync(unfinished, JsonSerializer.Serialize(plans), cancellationToken);
        File.Move(unfinished, file);
        return plans;
    }

    private sealed record Plan(Person Person, Guid CustomerRequest, Guid AccountRequest, Guid Deposit)
    {
        public static Plan For(Person person) => new(person, Guid.NewGuid(), Guid.NewGuid(), Guid.CreateVersion7());
    }
}
