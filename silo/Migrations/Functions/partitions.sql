-- The partitions of a table by time, and from which moment to which their rows are. The default partition has no moments. Where the key
-- is a bigint, it counts microseconds since 1970.
create or replace function bank.partitions(parent text)
    returns table (partition_name text, starts_at timestamptz, ends_at timestamptz)
language sql stable
set search_path = ''
set timezone = 'UTC'
set datestyle = 'ISO'
as $$
    select c.relname::text, moment.starts_at, moment.ends_at
      from pg_catalog.pg_partitioned_table p
      join pg_catalog.pg_attribute k on k.attrelid = p.partrelid and k.attnum = p.partattrs[0]
      join pg_catalog.pg_inherits i on i.inhparent = p.partrelid
      join pg_catalog.pg_class c on c.oid = i.inhrelid
     cross join lateral pg_catalog.pg_get_expr(c.relpartbound, c.oid) as bound
     cross join lateral (values (
           pg_catalog.substring(bound, 'FROM \(''?([^'')]+)'),
           pg_catalog.substring(bound, 'TO \(''?([^'')]+)'))) as ends (first, last)
     cross join lateral (
           select case
                      when first = 'MINVALUE' then '-infinity'
                      when k.atttypid = 'pg_catalog.int8'::pg_catalog.regtype
                          then timestamptz 'epoch' + first::bigint * interval '1 microsecond'
                      else first::timestamptz
                  end,
                  case
                      when last = 'MAXVALUE' then 'infinity'
                      when k.atttypid = 'pg_catalog.int8'::pg_catalog.regtype
                          then timestamptz 'epoch' + last::bigint * interval '1 microsecond'
                      else last::timestamptz
                  end) as moment (starts_at, ends_at)
     where p.partrelid = pg_catalog.to_regclass(pg_catalog.format('bank.%I', parent))
$$;
