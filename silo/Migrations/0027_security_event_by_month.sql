-- The security log by months, so that it can be forgotten by months: see bank.drop_partition.
-- The table of before is the first partition: silos of both versions go on with their statements, under the same name. Nothing is read,
-- moved or written here, so the locks are held for milliseconds, also that on bank.customer, for the key that refers to it.
alter table bank.security_event rename to security_event_first;
alter sequence bank.security_event_event_id_seq rename to security_event_first_seq;
alter index bank.security_event_by_customer rename to security_event_first_by_customer;
alter table bank.security_event_first
    drop constraint security_event_pkey,
    add constraint security_event_first_pkey primary key using index security_event_first_key;
revoke all on bank.security_event_first from bkt_silo;

create table bank.security_event (
    event_id        bigint generated always as identity,
    customer_number integer not null references bank.customer,
    at              timestamptz not null,
    kind            smallint not null,
    device_id       uuid,
    device_name     text,
    origin          text,
    primary key (event_id, at)
) partition by range (at);
create index security_event_by_customer on bank.security_event (customer_number, event_id);
create index security_event_by_time on bank.security_event using brin (at);
grant select, insert on bank.security_event to bkt_silo;
create trigger append_only before update or delete or truncate on bank.security_event
    for each statement execute function bank.refuse_change();

-- For what no other partition takes, so that no row is refused. bank.make_partitions moves it on.
create table bank.security_event_default partition of bank.security_event default;
create trigger append_only before update or delete or truncate on bank.security_event_default
    for each statement execute function bank.refuse_change();

-- Ids go on where they were. A partition has none of its own.
select setval('bank.security_event_event_id_seq', last_value, is_called) from bank.security_event_first_seq;
alter table bank.security_event_first alter column event_id drop identity;

do $$
begin
    execute format(
        'alter table bank.security_event attach partition bank.security_event_first for values from (minvalue) to (%L)',
        (select substring(pg_get_constraintdef(oid) from '''(.+)''') from pg_constraint where conname = 'security_event_first_ends'));
end $$;
alter table bank.security_event_first drop constraint security_event_first_ends;
