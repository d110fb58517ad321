namespace BktSmart.Faults;

/// <summary>
/// Payments that customers ordered in advance, and that fall due when a test wants it: their rows, because no order can be given for today.
/// </summary>
internal sealed class DueOrders(TestBank bank, IReadOnlyList<TestCustomer> accounts, int seed)
{
    private const long AmountMinorUnits = 1_00;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Random _random = new(seed);
    private long _ordered;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Of which none needs another attempt, at any hour.</summary>
    public static IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["StandingOrders__FirstAttemptAt"] = "00:00:00",
        ["StandingOrders__AttemptsMax"] = "1",
        ["StandingOrders__Interval"] = "00:00:01",
        ["StandingOrders__Lease"] = "00:00:10",
    };

    /// <summary>Orders so many payments, each once, between accounts drawn from the seed.</summary>
    public async Task OrderAsync(int count)
    {
        var pairs = Enumerable.Range(0, count).Select(_ => _random.GetItems([.. accounts], 2)).Where(pair => pair[0] != pair[1]).ToArray();
        await using var command = bank.Sql.CreateCommand("""
            insert into bank.standing_order (
                order_id, customer_number, debit_account_id, credit_account_id, amount_minor, reference, frequency, first_date, day_rule,
                created_at, confirmed_at, next_place, next_due_on, calendar_version)
            select gen_random_uuid(), d.customer_number, d.account_id, c.account_id, $3, '', 1, today, 3, now(), now(), 0, today,
                   calendar.version
              from unnest($1, $2) as pair(debit, credit)
              join bank.account d on d.account_number = pair.debit
              join bank.account c on c.account_number = pair.credit
             cross join bank.calendar
             cross join (select (now() at time zone 'Europe/Tirane')::date as today) as clock
            """);
        command.Parameters.Add(new() { Value = pairs.Select(pair => pair[0].Account.Iban).ToArray() });
        command.Parameters.Add(new() { Value = pairs.Select(pair => pair[1].Account.Iban).ToArray() });
        command.Parameters.Add(new() { Value = AmountMinorUnits });
        _ordered += await command.ExecuteNonQueryAsync(Stop);
    }

    /// <summary>Each has one outcome, and what is booked is booked once.</summary>
    public async Task AssertPaidOnceAsync()
    {
        await Eventually.EqualAsync(
            0L,
            () => bank.ReadAsync<long>("""
                select (select count(*) from bank.standing_order where next_due_on is not null)
                     + (select count(*) from bank.standing_order_payment where state = 1)
                """),
            "payments that are due", Patience);
        Assert.Equal(_ordered, await bank.ReadAsync<long>("select count(*) from bank.standing_order_payment"));
        var booked = await bank.ReadAsync<long>("select count(*) from bank.standing_order_payment where state = 2");
        Assert.True(booked > 0, "No payment that was ordered in advance is booked.");
        // 3: a standing order.
        Assert.Equal(
            booked, await bank.ReadAsync<long>("select count(*) from bank.transfer where originator = 3 and debit_sequence is not null"));
        Assert.Equal(booked, await bank.ReadAsync<long>("""
            select count(*)
              from bank.standing_order_payment p
              join bank.transfer t using (transfer_id)
             where p.state = 2 and t.debit_sequence is not null and t.debit_account_id = p.debit_account_id
               and t.credit_account_id = p.credit_account_id and t.amount_minor = p.amount_minor
            """));
    }
}
