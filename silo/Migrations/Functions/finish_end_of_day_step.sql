-- Finishes a step of end-of-day: what an earlier run of it found and this one did not is resolved. For the functions of the steps.
create or replace function bank.finish_end_of_day_step(of_date date, of_step smallint) returns void
language sql
set search_path = ''
as $$
    update bank.end_of_day_finding x
       set resolved_at = pg_catalog.clock_timestamp()
      from bank.end_of_day_step s
     where s.business_date = of_date
       and s.step = of_step
       and x.business_date = of_date
       and x.step = of_step
       and x.found_run < s.runs
       and x.resolved_at is null;
    update bank.end_of_day_step
       set finished_at = pg_catalog.clock_timestamp(), runner = null, leased_until = '-infinity'
     where business_date = of_date
       and step = of_step
$$;
revoke execute on function bank.finish_end_of_day_step(date, smallint) from public;
