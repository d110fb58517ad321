-- Starts end-of-day: it ends one business date and opens another. That is one point in the order of all bookings: each batch of
-- before has committed and is not later, and each one behind it reads the new date and is later. It waits for the batches under
-- way, lock_wait_ms at most, in which those behind it wait, too.
--
-- BK010 the business date, or the calendar by which the caller reckoned the next one, is another one; 55P03 batches were under way
-- for lock_wait_ms. Nothing is changed then.
create or replace function bank.start_end_of_day(
    ending date, opening date, by_calendar bigint, by_staff text, lock_wait_ms integer) returns timestamptz
language plpgsql security definer
set search_path = ''
as $$
declare
    started timestamptz;
begin
    perform pg_catalog.set_config('lock_timeout', lock_wait_ms::text, true);
    perform pg_catalog.pg_advisory_xact_lock(7310020);
    -- A clock that was set back must not put it before what is booked, nor before the end of the date before, where nothing is.
    -- one_place_in_chain
    select greatest(
               pg_catalog.clock_timestamp(), max(latest.booked_at) + interval '1 microsecond',
               (select opened_at from bank.business_day) + interval '1 microsecond')
      into strict started
      from bank.chain c
     cross join lateral (select booked_at from bank.batch where chain = c.chain order by number desc limit 1) latest;
    update bank.business_day
       set business_date = opening, opened_at = started
     where business_date = ending;
    if not found then
        raise exception 'the business date is another one' using errcode = 'BK010';
    end if;
    -- Under the lock of the business date: a change of the calendar before this one has committed and is seen, and one behind it
    -- sees the new date.
    if (select version from bank.calendar) <> by_calendar then
        raise exception 'the calendar is another one' using errcode = 'BK010';
    end if;
    insert into bank.end_of_day (business_date, next_date, started_at, started_by, last_batch_id)
    -- batch_pkey
    values (ending, opening, started, by_staff, (select coalesce(max(batch_id), 0) from bank.batch));
    return started;
end $$;
revoke execute on function bank.start_end_of_day(date, date, bigint, text, integer) from public;
grant execute on function bank.start_end_of_day(date, date, bigint, text, integer) to bkt_silo;
