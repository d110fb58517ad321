-- Loads a year with its days off on weekdays, and says whether it was not there. One that is there stays as it is, and so does
-- a day that somebody entered before.
create or replace function bank.load_calendar_year(
    new_year integer, days date[], names text[], estimates boolean[], of_source text) returns boolean
language plpgsql security definer
set search_path = ''
as $$
begin
    insert into bank.calendar_year (year, loaded_at)
    values (new_year, pg_catalog.now())
    on conflict do nothing;
    if not found then
        return false;
    end if;
    insert into bank.calendar_day (day, works, name, source, is_estimate)
    select d.day, false, d.name, of_source, d.is_estimate
      from unnest(days, names, estimates) as d (day, name, is_estimate)
        on conflict do nothing;
    return true;
end $$;
revoke execute on function bank.load_calendar_year(integer, date[], text[], boolean[], text) from public;
grant execute on function bank.load_calendar_year(integer, date[], text[], boolean[], text) to bkt_silo;
