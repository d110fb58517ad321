using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using BktSmart.Dev;
using BktSmart.Dev.Bank;
using BktSmart.Dev.Client;
using BktSmart.Dev.Database;
using BktSmart.Dev.Processes;
using BktSmart.V1;
using Npgsql;

namespace BktSmart.Infrastructure;

/// <summary>
/// A bank of real processes with a database of its own: on the server that <c>./test</c> started (<c>BKT_TEST_DATABASE</c>), or on a
/// private one where there is none or where the test is about to kill it.
/// </summary>
public sealed partial class TestBank : IAsyncDisposable
{
    // Counted, so that nobody of a run gets the numbers of somebody else.
    private static readonly People People = new(seed: 0);
    private static readonly ConcurrentQueue<Person> Made = new();

    /// <summary>Customer numbers and IBANs.</summary>
    private static readonly ConcurrentQueue<string> Numbers = new();

    private readonly ConcurrentQueue<string> _expectedErrors = new();
    private readonly DataFolder _data;
    private readonly LocalDatabase _database;

    private TestBank(DataFolder data, LocalPostgres? server, LocalDatabase database, LocalBank bank)
    {
        (_data, Server, _database, Bank) = (data, server, database, bank);
        Client = new BankClient(bank.Address);
        Desk = Client.Desk(bank.Staff.Issue("teller", ["branch"]));
        ContactCentre = Client.ContactCentre(bank.Staff.Issue("agent", ["contact-centre"]));
        Operations = Client.Operations(bank.Staff.Issue("operator", ["operations"]));
        SecondOperations = Client.Operations(bank.Staff.Issue("second-operator", ["operations"]));
        // The server may be killed, and a pool would hand out its dead connections.
        Sql = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(database.OwnerConnectionString) { Pooling = false }.ConnectionString);
    }

    /// <summary>Null on the common server.</summary>
    public LocalPostgres? Server { get; }

    public LocalBank Bank { get; }

    public BankClient Client { get; }

    public BranchDesk Desk { get; }

    public ContactCentreDesk ContactCentre { get; }

    public OperationsDesk Operations { get; }

    /// <summary>Who confirms what the operations desk asks for.</summary>
    public OperationsDesk SecondOperations { get; }

    /// <summary>The database, seen by its owner.</summary>
    public NpgsqlDataSource Sql { get; }

    /// <summary>Those of the version before, which left customers in their logs.</summary>
    private bool HasOtherPrograms { get; init; }

    public string SiloConnectionString => _database.SiloConnectionString;

    public string OwnerConnectionString => _database.OwnerConnectionString;

    /// <summary>The folder in which the bank keeps its data, as <c>./run --data</c> takes one.</summary>
    public string Folder => _data.Root;

    /// <summary>The folder with the keys of the silos.</summary>
    public string Keys => _data.Path("keys");

    public IEnumerable<string> Logs => Directory.EnumerateFiles(_data.Path("logs"));

    /// <summary>What the programs warned of and failed at, most recent last; for the message of a test that cannot go on.</summary>
    public async Task<string> ReadComplaintsAsync()
    {
        const int LinesMax = 20;
        var complaints = new List<string>();
        foreach (var path in Logs)
        {
            var lines = (await File.ReadAllLinesAsync(path)).Where(line => Complaint().IsMatch(line)).TakeLast(LinesMax);
            complaints.AddRange(lines.Select(line => $"{Path.GetFileNameWithoutExtension(path)}: {line}"));
        }

        return string.Join('\n', complaints);
    }

    /// <summary>
    /// Nodes of the API that are connected to the gateway of a silo. A node leaves a gateway alone for a while that it could not connect
    /// to.
    /// </summary>
    public static async Task<int> CountClientsAsync(LocalSilo silo) =>
        (int)await ReadMetricAsync(silo.Operations, "orleans_gateway_connected_clients");

    /// <summary>The sum over all labels.</summary>
    /// <param name="operations">Where a silo or a node of the API has its metrics.</param>
    /// <param name="name">Its beginning.</param>
    public static async Task<double> ReadMetricAsync(Uri operations, string name)
    {
        using var http = new HttpClient();
        var page = await http.GetStringAsync(new Uri(operations, "/metrics"), TestContext.Current.CancellationToken);
        return page.Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal))
            .Sum(line => double.Parse(MetricValue().Match(line).ValueSpan, CultureInfo.InvariantCulture));
    }

    /// <summary>Announces errors that a test makes the programs log. Every other makes the end of the bank fail.</summary>
    /// <param name="part">Of the line.</param>
    public void ExpectErrors(string part) => _expectedErrors.Enqueue(part);

    private async Task<IEnumerable<string>> FindIdentifiersAsync()
    {
        KeyValuePair<string, string>[] identifiers =
        [
            .. Made.SelectMany(person =>
                (KeyValuePair<string, string>[])[new("a NID", person.NationalId), new("a telephone number", person.PhoneNumber)]),
            .. Numbers.Select(number => KeyValuePair.Create("a customer number or an IBAN", number)),
        ];
        return SecretScan.Find(identifiers, (await SecretScan.ReadLogsAsync(this)).SelectMany(log => log.Split('\n')));
    }

    /// <summary>Of the first node of the API; none where it is not running any more.</summary>
    private async Task<IReadOnlyList<string>> FindUndocumentedReasonsAsync()
    {
        using var http = new HttpClient();
        try
        {
            return [.. DocumentedReasons.FindUndocumented(await http.GetStringAsync(new Uri(Bank.ApiOperations, "/metrics")))];
        }
        catch (HttpRequestException)
        {
            return [];
        }
    }

    /// <summary>The errors of silos and API that no test announced.</summary>
    private async Task<string[]> ReadUnexpectedErrorsAsync()
    {
        string[] expected = [.. _expectedErrors];
        var errors = new List<string>();
        foreach (var path in Logs)
        {
            var lines = (await File.ReadAllLinesAsync(path)).Where(line => ErrorOfABank().IsMatch(line));
            var unexpected = lines.Where(line => !expected.Any(part => line.Contains(part, StringComparison.Ordinal)));
            errors.AddRange(unexpected.Select(line => $"{Path.GetFileNameWithoutExtension(path)}: {line}"));
        }

        return [.. errors];
    }

    [GeneratedRegex(@"^[\d:.]* ?(fail|crit): ")]
    private static partial Regex ErrorOfABank();

    /// <summary>Behind the labels, before the time.</summary>
    [GeneratedRegex(@"(?<= )[\d.e+-]+(?=( \d+)?\r?$)")]
    private static partial Regex MetricValue();

    [GeneratedRegex(@"^[\d:.]+ (warn|fail|crit): | (ERROR|FATAL|PANIC): ")]
    private static partial Regex Complaint();

    /// <param name="freePayments">No payment needs an FNP; most tests are about something else.</param>
    /// <param name="settings">For all programs.</param>
    /// <param name="programs">Null for ours.</param>
    /// <param name="clockMoves">Whether the bank's clock can be moved on.</param>
    /// <param name="prepare">Done before anything is started.</param>
    /// <param name="route">Gives the silos another way to the database than its own connection string.</param>
    public static async Task<TestBank> StartAsync(
        string name, int silos = 1, bool ownServer = false, bool freePayments = true, IReadOnlyDictionary<string, string>? settings = null,
        BankPrograms? programs = null, Func<TestBank, Task>? prepare = null,
        Func<string, string>? route = null, bool clockMoves = false)
    {
        settings = new Dictionary<string, string>(settings ?? new Dictionary<string, string>())
        {
            // These programs live for seconds: to compile their code once more, and better, would take longer than it saves.
            ["DOTNET_TC_CallCounting"] = "0",
        };
        var data = DataFolder.Open(TestServer.NewFolder(name), _ => { });
        var admin = ownServer ? null : TestServer.AdminConnectionString;
        var server = admin is null ? await LocalPostgres.StartAsync(data, _ => { }) : null;
        var database = await LocalDatabase.CreateAsync(admin ?? server!.AdminConnectionString, TestServer.NewDatabase());
        // Not the port that every launcher looks for first: while a killed API is down, another one on the machine would take it.
        data.Ports.Reserve(LocalBank.ApiPurpose);
        var bank = new LocalBank(new LocalBankOptions
        {
            Data = data,
            Programs = programs,
            ClockMoves = clockMoves,
            OwnerConnectionString = database.OwnerConnectionString,
            SiloConnectionString = route?.Invoke(database.SiloConnectionString) ?? database.SiloConnectionString,
            SiloSettings = new Dictionary<string, string>([.. settings, .. freePayments ? FreePayments.Settings() : new()])
            {
                // A run on a slow machine must not meet the end of its sessions, which is tested on a clock of its own.
                ["Session__AccessTokenLifetime"] = "00:04:55",
                // Nor may hashes starve beside the other tests.
                ["PasswordHash__Niceness"] = "0",
            },
            ApiSettings = new Dictionary<string, string>(settings)
            {
                // A few customers do what otherwise many do.
                ["CustomerLimits__CallsAtOnceMax"] = "1000000",
                ["CustomerLimits__CallsPerMinute"] = "1000000",
                ["CustomerLimits__OrdersPerMinute"] = "1000000",
                ["CustomerLimits__WrongPayeesPerMinute"] = "1000000",
                ["CustomerLimits__BrakesPerMinute"] = "1000000",
            },
        });
        while (bank.Silos.Count < silos)
            bank.AddSilo();
        var test = new TestBank(data, server, database, bank) { HasOtherPrograms = programs is not null };
        try
        {
            if (prepare is not null)
                await prepare(test);
            await bank.StartAsync();
        }
        catch
        {
            await test.EndAsync();
            throw;
        }

        return test;
    }

    /// <summary>Everybody whom <see cref="NewPerson"/> made, in any bank of this run.</summary>
    public static IReadOnlyCollection<Person> Everybody => Made;

    /// <summary>Somebody new with a password, phone, card and device of their own.</summary>
    public static Person NewPerson(string name = "Arta Hoxha")
    {
        var person = People.Make(name);
        Made.Enqueue(person);
        return person;
    }

    /// <summary>A phone that sees what is sent from now on.</summary>
    public Phone PhoneOf(Person person) => new(Bank.Messages, person.PhoneNumber, person.DeviceId);

    /// <summary>A customer set up in the branch and not enrolled.</summary>
    /// <param name="client">Of the customer's app; null for the bank's first node of the API.</param>
    public async Task<TestCustomer> OpenAsync(long depositMinorUnits = 0, Person? person = null, BankClient? client = null)
    {
        person ??= NewPerson();
        var (customer, account) = await Desk.SetUpAsync(person, depositMinorUnits);
        Numbers.Enqueue(customer.Name.Split('/')[1]);
        Numbers.Enqueue(account.Iban);
        return new TestCustomer(person, customer, account, (client ?? Client).App(person, PhoneOf(person)));
    }

    /// <summary>A customer who is set up, enrolled and signed in.</summary>
    public async Task<TestCustomer> EnterAsync(long depositMinorUnits = 0, Person? person = null, BankClient? client = null)
    {
        var customer = await OpenAsync(depositMinorUnits, person, client);
        await customer.App.EnrolAsync(customer.Number);
        await customer.App.SignInAsync(customer.Number);
        return customer;
    }

    /// <summary>One value from the database.</summary>
    public async Task<T> ReadAsync<T>(string sql, params object[] parameters)
    {
        await using var command = Sql.CreateCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(new() { Value = parameter });
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    /// <summary>Waits until every event of the ledger has been delivered.</summary>
    public Task DrainAsync(TimeSpan? patience = null) => Eventually.EqualAsync(
        0L, () => ReadAsync<long>("select count(*) from bank.event"), "events of the ledger that wait for delivery", patience);

    /// <summary>Runs the silo's proof of the ledger, which must also have kept what earlier ones proved.</summary>
    public Task<Ended> VerifyAsync() => TestProgram.RunSiloAsync(["verify"], new()
    {
        ["Database__ConnectionString"] = SiloConnectionString,
        ["Verification__HeadsFile"] = _data.Path("heads"),
    });

    public async ValueTask DisposeAsync()
    {
        var errors = await EndAsync();
        Assert.True(
            errors.Count == 0,
            $"{errors.Count} times something was logged or answered that should not be:\n{string.Join('\n', errors)}");
    }

    /// <returns>
    /// The errors that no test announced, the reasons of refusals that no proto names, and the lines of logs that tell who somebody is.
    /// </returns>
    internal async Task<IReadOnlyList<string>> EndAsync()
    {
        var undocumented = await FindUndocumentedReasonsAsync();
        await Bank.DisposeAsync();
        // What the programs said while they stopped counts, too.
        string[] errors = [.. undocumented, .. await ReadUnexpectedErrorsAsync(), .. HasOtherPrograms ? [] : await FindIdentifiersAsync()];
        Client.Dispose();
        await Sql.DisposeAsync();
        if (Server is null)
            await _database.DropAsync();
        await _database.DisposeAsync();
        if (Server is not null)
            await Server.DisposeAsync();
        _data.Dispose();
        LocalPostgres.Delete(_data.Root);
        Directory.Delete(_data.Root, recursive: true);
        return errors;
    }
}
