-- The moment before which rows of a table may be forgotten that are to be kept for so long. Refuses less than bank.retention says.
create or replace function bank.forget_before(of_table text, kept interval)
    returns timestamptz
language plpgsql
set search_path = ''
as $$
declare
    now_at constant timestamptz := pg_catalog.clock_timestamp();
    least_kept interval;
begin
    -- retention_pkey
    select kept_min
      into least_kept
      from bank.retention
     where table_name = of_table;
    if not found then
        raise exception 'nothing of % is ever forgotten', of_table using errcode = 'BK009';
    end if;
    if kept is null or now_at - kept > now_at - least_kept then
        raise exception '% is kept for % at least, not for %', of_table, least_kept, kept using errcode = 'BK009';
    end if;
    return now_at - kept;
end $$;
