-- The first day from a given one on, itself included, on which the bank works: 0002 sets the business date by it. bank.calendar_day says
-- more. From 0002 to 0050.
create or replace function bank.next_business_day(from_day date) returns date
language sql stable as $$
    -- holiday_pkey
    select candidate::date
      from generate_series(from_day, from_day + 60, interval '1 day') as candidate
     where extract(isodow from candidate) < 6
       and not exists (select from bank.holiday where day = candidate::date)
     order by candidate
     limit 1
$$;
