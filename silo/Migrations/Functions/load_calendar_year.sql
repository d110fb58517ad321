-- Loads a year with its days off on weekdays, and says whether it was not there. One that is there stays as it is, and so does
-- a day that somebody entered before. A bank that has booked nothing begins on a day on which it works: the first migration, which
-- sets the date, does not have the calendar yet.
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

    if not exists (select from bank.batch) and exists (select from bank.business_day where opened_at = '-infinity') then
        perform pg_catalog.pg_advisory_xact_lock(7310020);
        update bank.business_day
           set business_date = (
                   -- calendar_day_pkey
                   select min(c.day)::date
                     from pg_catalog.generate_series(business_date, business_date + 30, interval '1 day') as c (day)
                    where coalesce(
                              (select d.works from bank.calendar_day d where d.day = c.day::date),
                              extract(isodow from c.day) < 6))
         where opened_at = '-infinity'
           and extract(year from business_date) in (select year from bank.calendar_year)
           and not exists (select from bank.batch);
    end if;
    return true;
end $$;
revoke execute on function bank.load_calendar_year(integer, date[], text[], boolean[], text) from public;
grant execute on function bank.load_calendar_year(integer, date[], text[], boolean[], text) to bkt_silo;
