-- Puts what was set aside and is due into the queues once more, and forgets what was told meanwhile. Each further try waits twice as long,
-- up to delay_max. Gives how many are under way again.
create or replace function bank.replay_events(count_max integer, delay interval, delay_max interval)
    returns bigint
language plpgsql security definer
set search_path = ''
as $$
declare
    replayed bigint;
begin
    -- event_set_aside_by_due, inbox_position_pkey
    with due as (
        select customer_number, source, number
          from bank.event_set_aside
         where due_at <= pg_catalog.clock_timestamp()
         order by due_at
         limit count_max
           for update skip locked
    ), told as (
        delete from bank.event_set_aside s
         using due d
          join bank.inbox_position p on p.customer_number = d.customer_number and p.source = d.source and p.position >= d.number
         where s.customer_number = d.customer_number
           and s.source = d.source
        returning s.customer_number, s.source
    ), again as (
        update bank.event_set_aside s
           set tries = s.tries + 1,
               due_at = pg_catalog.clock_timestamp() + least(delay * power(2, least(s.tries + 1, 30)), delay_max)
          from due d
         where s.customer_number = d.customer_number
           and s.source = d.source
           and not exists (select from told t where t.customer_number = d.customer_number and t.source = d.source)
        returning s.customer_number, s.source, s.number
    )
    insert into bank.event (queue, customer_numbers, account_ids, sequence_numbers)
    select case when source = 0 then 8 else 0 end + customer_number % 8, array[customer_number], array[source], array[number]
      from again;
    get diagnostics replayed = row_count;
    return replayed;
end $$;
revoke execute on function bank.replay_events(integer, interval, interval) from public;
grant execute on function bank.replay_events(integer, interval, interval) to bkt_silo;
