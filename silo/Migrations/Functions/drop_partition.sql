-- Drops the oldest partition of a table by months, if all its rows are older than they are to be kept. Gives its name, or null where there
-- is none: the caller asks again, so that each is a transaction of its own. It locks the whole table for an instant. To wait for that
-- would hold up the bank, so it gives up (55P03), and the caller comes back.
create or replace function bank.drop_partition(parent text, kept interval)
    returns text
language plpgsql security definer
set search_path = ''
set lock_timeout = '100ms'
set timezone = 'UTC'
set datestyle = 'ISO'
as $$
declare
    forgotten_before constant timestamptz := bank.forget_before(parent, kept);
    oldest text;
    time_column name;
    time_type regtype;
    has_younger boolean;
begin
    -- One who finds something waits for others who do, and looks again.
    for look in 1..2 loop
        select partition_name
          into oldest
          from bank.partitions(parent)
         where ends_at <= forgotten_before
         order by ends_at
         limit 1;
        if oldest is null then
            return null;
        end if;
        perform pg_catalog.pg_advisory_xact_lock(7310023, pg_catalog.hashtext(parent));
    end loop;

    -- That the bounds say so is not enough to destroy a month: its rows are asked, too. <parent>_by_time
    select k.attname, k.atttypid
      into time_column, time_type
      from pg_catalog.pg_partitioned_table p
      join pg_catalog.pg_attribute k on k.attrelid = p.partrelid and k.attnum = p.partattrs[0]
     where p.partrelid = pg_catalog.to_regclass(pg_catalog.format('bank.%I', parent));
    execute pg_catalog.format(
        'select exists (select from bank.%I where %I >= %L)', oldest, time_column,
        bank.partition_bound(time_type, forgotten_before))
       into has_younger;
    if has_younger then
        raise exception '% has rows that are to be kept', oldest using errcode = 'assert_failure';
    end if;
    execute pg_catalog.format('drop table bank.%I', oldest);
    return oldest;
end $$;
revoke execute on function bank.drop_partition(text, interval) from public;
grant execute on function bank.drop_partition(text, interval) to bkt_silo;
