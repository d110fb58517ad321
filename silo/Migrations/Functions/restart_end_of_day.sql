-- Has the steps of a date that set something aside begin again, and gives how many those are. Accounts and batches go together:
-- what each of them counted is compared. A step that is not finished goes on as it is.
create or replace function bank.restart_end_of_day(of_date date) returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
    restarted integer;
begin
    -- end_of_day_step_pkey, end_of_day_finding_open
    with again as (
        select s.business_date, s.step
          from bank.end_of_day_step s
         where s.business_date = of_date
           and s.finished_at is not null
           and exists (
               select from bank.end_of_day_finding x
                where x.business_date = of_date
                  and (x.step = s.step or (x.step <= 2 and s.step <= 2))
                  and x.resolved_at is null)
         order by s.step
           for update)
    update bank.end_of_day_step s
       set position = s.first_position, done = 0, runs = s.runs + 1, started_at = null, finished_at = null, heads = null
      from again
     where s.business_date = again.business_date
       and s.step = again.step;
    get diagnostics restarted = row_count;
    delete from bank.end_of_day_movement m
     using bank.end_of_day_step s
     where m.business_date = of_date
       and s.business_date = of_date
       and s.step = 1
       and s.position = s.first_position;
    delete from bank.end_of_day_total t
     using bank.end_of_day_step s
     where t.business_date = of_date
       and s.business_date = of_date
       and s.step = 2
       and s.position = s.first_position;
    return restarted;
end $$;
revoke execute on function bank.restart_end_of_day(date) from public;
grant execute on function bank.restart_end_of_day(date) to bkt_silo;
