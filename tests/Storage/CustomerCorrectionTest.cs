using BktSmart.Customers;
using BktSmart.Tests.Infrastructure;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace BktSmart.Tests.Storage;

/// <summary>Two persons for the name and the NID of a customer.</summary>
public sealed class CustomerCorrectionTest(TestServer server)
{
    private static readonly StaffMember Second = new("teller-2");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task ConfirmAsync_SecondPerson_CorrectsBothAndTheTrailSaysWhatWas()
    {
        var (bank, customer, store) = await OpenAsync();
        var wanted = new CustomerDetails("Arta Hoxha-Kola", bank.NextCustomer().NationalId);
        var before = await DetailsAsync(bank, customer);
        var asked = await RequestAsync(store, customer, wanted);
        Assert.Equal((before, wanted, Bank.Teller), (asked.Details, asked.Wanted, asked.RequestedBy));
        Assert.Equal(before, await DetailsAsync(bank, customer));
        Assert.Equal(Reason.SecondPersonRequired, (await ConfirmAsync(store, asked, Bank.Teller)).Refusal?.Reason);
        Assert.Equal(before, await DetailsAsync(bank, customer));

        Assert.Equal(customer, (await ConfirmAsync(store, asked)).Value);
        // Its answer was lost.
        Assert.Equal(customer, (await ConfirmAsync(store, asked)).Value);
        Assert.Equal(wanted, await DetailsAsync(bank, customer));
        Assert.Empty(await store.ListAsync(0, 10, CancellationToken.None));
        Assert.Equal(
            $"teller-1 request-correct-customer {wanted.Name} {wanted.NationalId.Value}/teller-2 correct-customer {wanted.Name} "
            + $"{wanted.NationalId.Value} {before.Name} {before.NationalId.Value} teller-1 teller-2",
            await TestDatabase.ReadAsync<string>(bank.Database.Owner, """
                select string_agg(
                           concat_ws(' ', staff, action, detail ->> 'name', detail ->> 'nationalId', detail ->> 'nameBefore',
                                     detail ->> 'nationalIdBefore', detail ->> 'requestedBy', detail ->> 'confirmedBy'),
                           '/' order by audit_id)
                  from bank.audit where detail ? 'approval'
                """));
        Assert.Equal("1 1", await TestDatabase.ReadAsync<string>(bank.Database.Owner, $"""
            select concat_ws(' ', (select count(*) from bank.outbox where customer_number = {customer.Value} and phone is not null),
                                  (select count(*) from bank.customer_event where kind = {(short)CustomerEventKind.DetailsCorrected}))
            """));
    }

    [Fact]
    public async Task RequestAsync_SameCorrectionTwice_IsOneRequestAndAnotherOneWaits()
    {
        var (bank, customer, store) = await OpenAsync();
        var wanted = (await DetailsAsync(bank, customer)) with { Name = "Arta Hoxha-Kola" };
        var asked = await RequestAsync(store, customer, wanted);
        Assert.Equal(asked, await RequestAsync(store, customer, wanted));
        Assert.Equal([asked], await store.ListAsync(0, 10, CancellationToken.None));
        Assert.Equal(
            Reason.ApprovalPending,
            (await store.RequestAsync(Second, customer, wanted, "martesë", CancellationToken.None)).Refusal?.Reason);
        Assert.Equal(
            Reason.ApprovalPending,
            (await store.RequestAsync(
                Bank.Teller, customer, wanted with { Name = "Arta Kola" }, "martesë", CancellationToken.None)).Refusal?.Reason);

        Assert.True((await store.RejectAsync(Bank.Teller, asked.Id, "gabim", CancellationToken.None)).Succeeded);
        Assert.Equal(Reason.ApprovalDecided, (await ConfirmAsync(store, asked)).Refusal?.Reason);
        Assert.NotEqual(asked.Id, (await RequestAsync(store, customer, wanted)).Id);
    }

    /// <summary>It was free when it was asked for. The request waits on, for whoever looks into it.</summary>
    [Fact]
    public async Task ConfirmAsync_NidBecameAnothers_IsRefusedAndChangesNothing()
    {
        var (bank, customer, store) = await OpenAsync();
        var other = bank.NextCustomer();
        var asked = await RequestAsync(
            store, customer, (await DetailsAsync(bank, customer)) with { NationalId = other.NationalId });
        Assert.True((await bank.Customers.CreateAsync(Bank.Teller, other, CancellationToken.None)).Succeeded);
        var before = await StandingAsync(bank);

        Assert.Equal(new Refusal(Reason.NationalIdTaken), (await ConfirmAsync(store, asked)).Refusal);
        Assert.Equal(before, await StandingAsync(bank));
        Assert.True((await store.RejectAsync(Second, asked.Id, "NID i zënë", CancellationToken.None)).Succeeded);
    }

    [Fact]
    public async Task ConfirmAsync_BySeveralAtOnce_CorrectsOnce()
    {
        var (bank, customer, store) = await OpenAsync();
        var asked = await RequestAsync(store, customer, (await DetailsAsync(bank, customer)) with { Name = "Arta Hoxha-Kola" });
        var answers = await Task.WhenAll(Enumerable.Range(2, 6).Select(
            i => Task.Run(() => ConfirmAsync(store, asked, new StaffMember($"teller-{i}")))));
        Assert.Single(answers, answer => answer.Succeeded);
        Assert.All(answers.Where(answer => !answer.Succeeded), answer => Assert.Equal(Reason.ApprovalDecided, answer.Refusal!.Reason));
        Assert.Equal(1, await TestDatabase.ReadAsync<long>(bank.Database.Owner, "select version from bank.customer"));
    }

    [Fact]
    public async Task ConfirmAsync_Later_IsExpired()
    {
        var (bank, customer, store) = await OpenAsync();
        var asked = await RequestAsync(store, customer, (await DetailsAsync(bank, customer)) with { Name = "Arta Hoxha-Kola" });
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(Reason.ApprovalExpired, (await ConfirmAsync(store, asked)).Refusal?.Reason);
        Assert.Empty(await store.ListAsync(0, 10, CancellationToken.None));
    }

    /// <summary>No defect of a silo changes a name without two persons, or twice with one request.</summary>
    [Fact]
    public async Task CorrectCustomer_WithoutAConfirmedRequestThatIsNew_IsRefusedByTheDatabase()
    {
        var (bank, customer, store) = await OpenAsync();
        var details = await DetailsAsync(bank, customer);
        var asked = await RequestAsync(store, customer, details with { Name = "Arta Hoxha-Kola" });
        var call = $"select bank.correct_customer({asked.Id})";
        Assert.Equal("BK006", await StateOfAsync(call));
        Assert.Equal("BK006", await StateOfAsync("select bank.correct_customer(null)"));
        Assert.True((await ConfirmAsync(store, asked)).Succeeded);
        Assert.Equal("BK006", await StateOfAsync(call));

        var open = await RequestAsync(store, customer, details);
        // A decision without its change, and with an entry in the trail.
        Assert.Equal("BK007", await StateOfAsync($$"""
            begin;
            update bank.approval set outcome = 1, decided_by = 'teller-2', decided_at = requested_at where approval_id = {{open.Id}};
            insert into bank.audit (at, staff, action, detail)
            select decided_at, 'teller-2', 'correct-customer', jsonb_build_object('approval', {{open.Id}})
              from bank.approval where approval_id = {{open.Id}};
            commit
            """));

        async Task<string> StateOfAsync(string sql) =>
            (await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.ExecuteAsync(bank.Database.Silo, sql))).SqlState;
    }

    private async Task<(Bank Bank, CustomerNumber Customer, CustomerCorrections Store)> OpenAsync()
    {
        var bank = new Bank(await server.CreateDatabaseAsync(), time: _time);
        return (bank, await bank.OpenCustomerAsync(), Bank.CorrectionsOf(bank.Database.Silo, _time));
    }

    private static async Task<CustomerCorrection> RequestAsync(CustomerCorrections store, CustomerNumber customer, CustomerDetails wanted)
    {
        var asked = await store.RequestAsync(Bank.Teller, customer, wanted, "martesë", CancellationToken.None);
        Assert.True(asked.Succeeded, asked.Refusal?.ToString());
        return asked.Value;
    }

    private static Task<Result<CustomerNumber>> ConfirmAsync(
        CustomerCorrections store, CustomerCorrection asked, StaffMember? staff = null) =>
        store.ConfirmAsync(staff ?? Second, asked.Id, CancellationToken.None);

    private static async Task<CustomerDetails> DetailsAsync(Bank bank, CustomerNumber customer) =>
        (await bank.Customers.FindDetailsAsync([customer], CancellationToken.None))[customer];

    /// <summary>Everything that a refused decision must not change.</summary>
    private static Task<string> StandingAsync(Bank bank) => TestDatabase.ReadAsync<string>(bank.Database.Owner, """
        select concat_ws('/', (select string_agg(c::text, ' ' order by customer_number) from bank.customer c),
                              (select string_agg(p::text, ' ' order by approval_id) from bank.approval p),
                              (select count(*) from bank.audit), (select count(*) from bank.outbox))
        """);
}
