-- A moment as a value of the column that a table is partitioned by.
create or replace function bank.partition_bound(of_type regtype, at timestamptz)
    returns text
language sql stable
set search_path = ''
set timezone = 'UTC'
set datestyle = 'ISO'
as $$
    select case of_type
        when 'pg_catalog.int8'::pg_catalog.regtype then ((extract(epoch from at) * 1000000)::bigint)::text
        else at::text
    end
$$;
