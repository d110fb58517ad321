-- The identifications of callers by months, so that they can be forgotten by months: see bank.drop_partition.
-- The table of before is the first partition: silos of both versions go on with their statements, under the same name. Nothing is read,
-- moved or written here, so the locks are held for milliseconds, also that on bank.customer, for the key that refers to it.
alter table bank.caller_identification rename to caller_identification_first;
alter sequence bank.caller_identification_identification_id_seq rename to caller_identification_first_seq;
alter index bank.caller_identification_by_customer rename to caller_identification_first_by_customer;
alter table bank.caller_identification_first
    drop constraint caller_identification_pkey,
    add constraint caller_identification_first_pkey primary key using index caller_identification_first_key;
revoke all on bank.caller_identification_first from bkt_silo;

create table bank.caller_identification (
    identification_id bigint generated always as identity,
    customer_number   integer not null references bank.customer,
    staff             text not null,
    at                timestamptz not null,
    recognised        boolean not null,
    primary key (identification_id, at)
) partition by range (at);
create index caller_identification_by_customer on bank.caller_identification (customer_number, staff, at);
create index caller_identification_by_time on bank.caller_identification using brin (at);
grant select, insert on bank.caller_identification to bkt_silo;
create trigger append_only before update or delete or truncate on bank.caller_identification
    for each statement execute function bank.refuse_change();

-- For what no other partition takes, so that no row is refused. bank.make_partitions moves it on.
create table bank.caller_identification_default partition of bank.caller_identification default;
create trigger append_only before update or delete or truncate on bank.caller_identification_default
    for each statement execute function bank.refuse_change();

-- Ids go on where they were. A partition has none of its own.
select setval('bank.caller_identification_identification_id_seq', last_value, is_called) from bank.caller_identification_first_seq;
alter table bank.caller_identification_first alter column identification_id drop identity;

do $$
begin
    execute format(
        'alter table bank.caller_identification attach partition bank.caller_identification_first for values from (minvalue) to (%L)',
        (select substring(pg_get_constraintdef(oid) from '''(.+)''')
           from pg_constraint
          where conname = 'caller_identification_first_ends'));
end $$;
alter table bank.caller_identification_first drop constraint caller_identification_first_ends;
