-- Makes the partitions of a table by months that are missing, up to so many months after this one, and gives when the last one ends, and
-- how many rows no month takes (10,000 stand for more). Months are those of UTC. Two silos at once make each once.
--
-- A month is made beside the table and then attached. Who writes goes on, who reads or registers a customer waits for an instant. To wait
-- for a lock would hold up those behind, so it gives up (55P03), and the caller comes back.
--
-- Rows that came before their month was made are in the default partition, and go to it first. Nobody may delete rows, not even the owner;
-- so the trigger that says so is put out of work in the default partition, by a transaction that lets nobody else write there and puts
-- as many rows in their place. Many would take long: such a month is left alone, until the owner allows as many.
create or replace function bank.make_partitions(parent text, months_ahead integer, rows_moved_max bigint default 100000)
    returns table (last_ends_at timestamptz, default_rows bigint)
language plpgsql security definer
set search_path = ''
set lock_timeout = '100ms'
set timezone = 'UTC'
set datestyle = 'ISO'
as $$
declare
    one_month constant interval := interval '1 month';
    this_month constant timestamptz := pg_catalog.date_trunc('month', pg_catalog.clock_timestamp());
    last_month constant timestamptz := this_month + least(greatest(months_ahead, 0), 120) * one_month;
    time_column name;
    time_type regtype;
    keeps_rows boolean;
    default_name text;
    first_month timestamptz;
    month timestamptz;
    month_name text;
    month_rows text;
    found_rows bigint;
    moved_rows bigint;
begin
    select k.attname, k.atttypid,
           exists (select from pg_catalog.pg_trigger t where t.tgrelid = p.partrelid and t.tgname = 'append_only'),
           (select c.relname from pg_catalog.pg_class c where c.oid = p.partdefid)
      into time_column, time_type, keeps_rows, default_name
      from pg_catalog.pg_partitioned_table p
      join pg_catalog.pg_attribute k on k.attrelid = p.partrelid and k.attnum = p.partattrs[0]
     where p.partrelid = pg_catalog.to_regclass(pg_catalog.format('bank.%I', parent))
       and exists (select from bank.retention r where r.table_name = parent);
    if default_name is null then
        raise exception '% is no table by months with a retention and a default partition', parent using errcode = 'BK009';
    end if;

    -- The first month that could be missing, and whether one is.
    select coalesce(min(p.ends_at), this_month)
      into first_month
      from bank.partitions(parent) p;
    if exists (
        select
          from pg_catalog.generate_series(first_month, last_month, one_month) as m (at)
         where not exists (select from bank.partitions(parent) p where p.starts_at <= m.at and p.ends_at > m.at)) then
        perform pg_catalog.pg_advisory_xact_lock(7310023, pg_catalog.hashtext(parent));
        for month in
            select m.at
              from pg_catalog.generate_series(first_month, last_month, one_month) as m (at)
             where not exists (select from bank.partitions(parent) p where p.starts_at <= m.at and p.ends_at > m.at)
             order by m.at
        loop
            month_name := pg_catalog.format('%s_%s', parent, pg_catalog.to_char(month, 'YYYY_MM'));
            month_rows := pg_catalog.format(
                'from only bank.%I where %I >= %L and %I < %L', default_name, time_column,
                bank.partition_bound(time_type, month), time_column, bank.partition_bound(time_type, month + one_month));
            execute pg_catalog.format('lock table only bank.%I in share row exclusive mode', default_name);
            execute pg_catalog.format('select count(*) from (select %s limit $1) r', month_rows) into found_rows using rows_moved_max + 1;
            continue when found_rows > rows_moved_max;

            execute pg_catalog.format('create table bank.%I (like bank.%I including all excluding identity)', month_name, parent);
            if found_rows > 0 then
                if keeps_rows then
                    execute pg_catalog.format('alter table bank.%I disable trigger append_only', default_name);
                end if;
                execute pg_catalog.format(
                    'with moved as (delete %s returning *) insert into bank.%I select * from moved', month_rows, month_name);
                get diagnostics moved_rows = row_count;
                if moved_rows <> found_rows then
                    raise exception '% of % rows were moved to %', moved_rows, found_rows, month_name using errcode = 'assert_failure';
                end if;
                if keeps_rows then
                    execute pg_catalog.format('alter table bank.%I enable trigger append_only', default_name);
                end if;
            end if;
            if keeps_rows then
                execute pg_catalog.format(
                    'create trigger append_only before update or delete or truncate on bank.%I '
                    'for each statement execute function bank.refuse_change()', month_name);
            end if;
            execute pg_catalog.format(
                'alter table bank.%I attach partition bank.%I for values from (%L) to (%L)', parent, month_name,
                bank.partition_bound(time_type, month), bank.partition_bound(time_type, month + one_month));
        end loop;
    end if;

    select max(p.ends_at)
      into last_ends_at
      from bank.partitions(parent) p;
    execute pg_catalog.format('select count(*) from (select from only bank.%I limit 10000) r', default_name) into default_rows;
    return next;
end $$;
revoke execute on function bank.make_partitions(text, integer, bigint) from public;
grant execute on function bank.make_partitions(text, integer, bigint) to bkt_silo;
