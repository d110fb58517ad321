-- Sets aside what a step of end-of-day found wrong. For the functions of the steps, in their transactions.
create or replace function bank.set_aside(of_date date, of_step smallint, subjects text[], details text[]) returns void
language sql
set search_path = ''
as $$
    insert into bank.end_of_day_finding (business_date, step, subject, detail, found_at, found_run)
    select of_date, of_step, x.subject, x.detail, pg_catalog.clock_timestamp(), s.runs
      from unnest(subjects, details) as x (subject, detail)
      join bank.end_of_day_step s on s.business_date = of_date and s.step = of_step
        on conflict (business_date, step, subject) do update
       set detail = excluded.detail, found_run = excluded.found_run, resolved_at = null
$$;
revoke execute on function bank.set_aside(date, smallint, text[], text[]) from public;
