using System.Globalization;
using BktSmart.Tests.Infrastructure;

namespace BktSmart.Tests.Cluster;

/// <summary>News that nobody delivered for long, and an inbox that fails among them.</summary>
public sealed class NewsBacklogTest(LiveBank bank) : IClassFixture<LiveBank>
{
    private const int Accounts = 10_000;

    [Fact]
    public async Task Delivery_TenThousandAccountsBehind_TellsEachOnceAndDropsNone()
    {
        await bank.StopAsync();
        var ibans = Enumerable.Range(1, Accounts)
            .Select(i => Iban.Albanian("205", "1100", i.ToString("D16", CultureInfo.InvariantCulture)).Value);
        await TestDatabase.ExecuteAsync(bank.Database.Owner, $"""
            insert into bank.customer (customer_number, request_id, national_id, name, phone, language, opened_at)
            select 300000000 + i, gen_random_uuid(), 'T' || lpad(i::text, 8, '0') || 'Z', 'Somebody', '+38344' || lpad(i::text, 6, '0'), 2,
                   now()
              from generate_series(1, {Accounts / 2}) as i;

            create temp table behind as
            select n, iban, 300000000 + (n + 1) / 2 as customer_number, gen_random_uuid() as transfer_id
              from unnest(string_to_array('{string.Join(' ', ibans)}', ' ')) with ordinality as i (iban, n);
            insert into bank.account (
                account_number, customer_number, currency, request_id, opened_at, floor_minor, balance_minor, sequence_number, booked_at)
            select iban, customer_number, 'ALL', gen_random_uuid(), now(), 0, 100, 1, now()
              from behind;
            insert into bank.transfer (
                transfer_id, batch_id, debit_account_id, credit_account_id, amount_minor, debit_sequence, credit_sequence, kind, originator,
                reference, staff)
            select b.transfer_id, 0, cash.account_id, a.account_id, 100, 1, 1, 2, 2, '', 'teller-1'
              from behind b
              join bank.account a on a.account_number = b.iban
              join bank.account cash on cash.account_number = 'CASH-ALL';
            insert into bank.posting (account_id, sequence_number, transfer_id, amount_minor, balance_after_minor, booked_at, business_date)
            select a.account_id, 1, b.transfer_id, 100, 100, now(), now()::date
              from behind b
              join bank.account a on a.account_number = b.iban;
            insert into bank.event (queue, customer_numbers, account_ids, sequence_numbers)
            select customer_number % 8, array_agg(customer_number), array_agg(account_id), array_agg(1)
              from bank.account
             where customer_number > 300000000
             group by customer_number % 8;
            -- One of them names an account that is not there.
            insert into bank.event (queue, customer_numbers, account_ids, sequence_numbers)
            values (300000001 % 8, array[300000001, 300000009], array[987654321, 987654322], array[1, 1]);
            """);
        TestLog.Current.Allow("Exception while trying to deliver msgs");
        TestLog.Current.Expect("could not be delivered to its inbox");

        await bank.StartAsync();
        await BankCluster.EventuallyAsync(
            () => TestDatabase.ReadAsync<long>(bank.Database.Owner, "select count(*) from bank.event"), waiting => waiting == 0);
        Assert.Equal(
            $"{Accounts} {Accounts} 1",
            await TestDatabase.ReadAsync<string>(bank.Database.Owner, """
                select concat_ws(' ', count(*), count(distinct account_id), max(sequence_number))
                  from bank.notification
                 where customer_number > 300000000
                """));
        Assert.Equal(
            "300000001 300000009",
            await TestDatabase.ReadAsync<string>(
                bank.Database.Owner, "select string_agg(customer_number::text, ' ' order by customer_number) from bank.event_set_aside"));
        await TestDatabase.ExecuteAsync(bank.Database.Owner, "delete from bank.event_set_aside");
    }
}
