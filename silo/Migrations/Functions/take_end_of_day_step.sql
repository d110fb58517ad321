-- Takes up the first step that is not finished, for lease_ms or until the silo is ended: one step at a time in the whole cluster.
-- Gives nothing where there is none, where it is none of known_steps, and where another silo is at it. A silo that overslept its
-- lease does no harm: how far a step is moves on with what was done, from the place where it was.
create or replace function bank.take_end_of_day_step(by_silo text, known_steps smallint[], lease_ms integer)
returns table (of_date date, of_step smallint, step_position bigint, step_last_position bigint)
language plpgsql security definer
set search_path = ''
as $$
declare
    s bank.end_of_day_step;
begin
    -- end_of_day_step_open
    select *
      into s
      from bank.end_of_day_step
     where finished_at is null
     order by business_date, step
     limit 1
       for update;
    if not found
        or s.step <> all (known_steps)
        or (s.runner <> by_silo and s.leased_until > pg_catalog.clock_timestamp()
            and not exists (select from bank.ended_silo where silo = s.runner)) then
        return;
    end if;
    update bank.end_of_day_step
       set runner = by_silo,
           leased_until = pg_catalog.clock_timestamp() + lease_ms * interval '1 millisecond',
           started_at = coalesce(started_at, pg_catalog.clock_timestamp())
     where business_date = s.business_date
       and step = s.step;
    return query select s.business_date, s.step, s.position, s.last_position;
end $$;
revoke execute on function bank.take_end_of_day_step(text, smallint[], integer) from public;
grant execute on function bank.take_end_of_day_step(text, smallint[], integer) to bkt_silo;
