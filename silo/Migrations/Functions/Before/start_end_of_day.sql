-- For silos of the version before, which do not say by which calendar they reckoned.
create or replace function bank.start_end_of_day(ending date, opening date, by_staff text, lock_wait_ms integer) returns timestamptz
language sql
set search_path = ''
as $$
    select bank.start_end_of_day(ending, opening, version, by_staff, lock_wait_ms)
      from bank.calendar
$$;
revoke execute on function bank.start_end_of_day(date, date, text, integer) from public;
grant execute on function bank.start_end_of_day(date, date, text, integer) to bkt_silo;
