using BktSmart.Dev;
using Npgsql;

namespace BktSmart.Bench.Stage;

/// <summary>
/// Ends the business dates of a bank, and orders payments in it that are due together. It does as silos do when staff ask them, in the
/// database: an operator could not end so many dates in a day.
/// </summary>
internal sealed class EndingDay(BenchBank bank)
{
    private const int LockWaitMs = 50;
    private static readonly TimeSpan TriesPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FinishMax = TimeSpan.FromMinutes(60);

    /// <summary>Ends the date that is open; the moment from which on bookings have the next one.</summary>
    public async Task<DateTime> StartAsync(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await using var command = bank.Owner.CreateCommand($"""
                    select bank.start_end_of_day(d.business_date, d.business_date + 1, c.version, 'benchmark', {LockWaitMs})
                      from bank.business_day d, bank.calendar c
                    """);
                return (DateTime)(await command.ExecuteScalarAsync(stop))!;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                await Task.Delay(TriesPause, stop);
            }
        }
    }

    /// <summary>Gives each of so many accounts a payment to the next account that is due today.</summary>
    public async Task OrderAsync(int orders, CancellationToken stop)
    {
        await using var command = bank.Owner.CreateCommand("""
            insert into bank.standing_order (
                order_id, customer_number, debit_account_id, credit_account_id, amount_minor, reference, frequency, first_date, day_rule,
                created_at, confirmed_at, next_place, next_due_on, calendar_version)
            select gen_random_uuid(), customer_number, account_id,
                   coalesce(lead(account_id) over everybody, first_value(account_id) over everybody), 1, 'Qira', 1, today, 3,
                   now(), now(), 0, today, version
              from (select customer_number, account_id
                      from bank.account
                     where customer_number is not null
                     order by account_id desc
                     limit $1) as payer
             cross join bank.calendar
             cross join (select (now() at time zone 'Europe/Tirane')::date as today) as clock
            window everybody as (order by account_id rows between unbounded preceding and unbounded following)
            """);
        command.Parameters.Add(new() { Value = orders });
        await command.ExecuteNonQueryAsync(stop);
    }

    /// <summary>Waits until the dates that have ended are closed, and everything that was due is paid; when each was.</summary>
    /// <exception cref="LaunchException">Not within an hour, or something was found wrong, or not paid.</exception>
    public async Task<(DateTime Closed, DateTime Paid)> FinishAsync(CancellationToken stop)
    {
        var (closed, paid, begun) = (default(DateTime?), default(DateTime?), await bank.NowAsync(stop));
        while (closed is null || paid is null)
        {
            var now = await bank.NowAsync(stop);
            if (now - begun > FinishMax)
                throw new LaunchException($"Within {FinishMax.TotalMinutes:N0} minutes end-of-day was not over, or not all was paid.");
            if (!await AnyAsync(
                """
                select from bank.end_of_day e
                 where last_batch_id is not null
                   and (select count(*) from bank.end_of_day_step s where s.business_date = e.business_date and finished_at is not null) < 3
                """, stop))
                closed ??= now;
            if (!await AnyAsync("select from bank.standing_order_payment where state = 1", stop)
                && !await AnyAsync("select from bank.standing_order where next_due_on is not null", stop))
                paid ??= now;
            await Task.Delay(Poll, stop);
        }

        // What was due and not paid when the last step came there is found, and is paid by now.
        if (await AnyAsync("select from bank.end_of_day_finding where step <> 3", stop) || await AnyAsync(
            "select from bank.standing_order_payment where state <> 2", stop))
            throw new LaunchException("End-of-day found something wrong, or not everything that was due is paid.");
        return (closed.Value, paid.Value);
    }

    /// <summary>
    /// Between the last batch before a moment and the first one behind it, in milliseconds; and the longest between others of that time.
    /// </summary>
    public async Task<(double At, double Longest)> PausesAsync(DateTime at, DateTime from, DateTime until, CancellationToken stop)
    {
        await using var command = bank.Owner.CreateCommand("""
            select coalesce(max(ms) filter (where since < $1 and booked_at >= $1), 0)::float8,
                   coalesce(max(ms) filter (where not (since < $1 and booked_at >= $1)), 0)::float8
              from (select booked_at, lag(booked_at) over in_order as since,
                           extract(epoch from booked_at - lag(booked_at) over in_order) * 1000 as ms
                      from bank.batch
                     where booked_at between $2 - interval '1 second' and $3
                    window in_order as (order by booked_at)) as pause
            """);
        foreach (var moment in (DateTime[])[at, from, until])
            command.Parameters.Add(new() { Value = moment });
        await using var reader = await command.ExecuteReaderAsync(stop);
        await reader.ReadAsync(stop);
        return (reader.GetDouble(0), reader.GetDouble(1));
    }

    private async Task<bool> AnyAsync(string select, CancellationToken stop)
    {
        await using var command = bank.Owner.CreateCommand($"select exists ({select})");
        return (bool)(await command.ExecuteScalarAsync(stop))!;
    }
}
