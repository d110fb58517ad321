-- Deletes rows of events that are done with. What an inbox was not told of in spite of that is set aside in the same statement: a stream
-- also lets go of events that it could not deliver, or not place. Gives how many were set aside.
create or replace function bank.finish_events(lanes smallint[], ids bigint[], redelivery_delay interval)
    returns bigint
language plpgsql security definer
set search_path = ''
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
    untold bigint;
begin
    -- event_pkey, inbox_position_pkey
    with done as (
        delete from bank.event e
         using unnest(lanes, ids) as d (lane, id)
         where e.queue = d.lane
           and e.event_id = d.id
        returning e.customer_numbers, e.account_ids, e.sequence_numbers
    )
    insert into bank.event_set_aside (customer_number, source, number, set_aside_at, due_at)
    select u.customer_number, u.source, max(u.number), pg_catalog.clock_timestamp(), pg_catalog.clock_timestamp() + redelivery_delay
      from done
     cross join unnest(done.customer_numbers, done.account_ids, done.sequence_numbers) as u (customer_number, source, number)
     where not exists (
           select
             from bank.inbox_position p
            where p.customer_number = u.customer_number
              and p.source = u.source
              and p.position >= u.number)
     group by u.customer_number, u.source
     order by u.customer_number, u.source
    on conflict (customer_number, source) do update
       set number = greatest(event_set_aside.number, excluded.number);
    get diagnostics untold = row_count;
    return untold;
end $$;
revoke execute on function bank.finish_events(smallint[], bigint[], interval) from public;
grant execute on function bank.finish_events(smallint[], bigint[], interval) to bkt_silo;
