-- Deletes the oldest rows of a table that are older than they are to be kept, so many at most, and gives how many. What somebody else
-- works on is left for the next time.
create or replace function bank.forget_rows(of_table text, kept interval, rows_max integer)
    returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
    forgotten_before constant timestamptz := bank.forget_before(of_table, kept);
    time_column text;
    forgotten integer;
begin
    -- retention_pkey
    select age_column
      into time_column
      from bank.retention
     where table_name = of_table;
    if time_column is null then
        raise exception '% is not forgotten row by row', of_table using errcode = 'BK009';
    end if;
    -- fnp_message_by_time, support_case_by_end, stray_attempt_by_time
    execute pg_catalog.format(
        'delete from bank.%I where ctid = any (array('
        'select ctid from bank.%I where %I < $1 order by %I limit $2 for update skip locked))',
        of_table, of_table, time_column, time_column)
      using forgotten_before, rows_max;
    get diagnostics forgotten = row_count;
    return forgotten;
end $$;
revoke execute on function bank.forget_rows(text, interval, integer) from public;
grant execute on function bank.forget_rows(text, interval, integer) to bkt_silo;
