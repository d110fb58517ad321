-- Customers' own events by months, so that they can be forgotten by months: see bank.drop_partition.
-- The table of before is the first partition: silos of both versions go on with their statements, under the same name. Nothing is read,
-- moved or written here, so the locks are held for milliseconds, also that on bank.customer, for the key that refers to it.
alter table bank.customer_event rename to customer_event_first;
alter index bank.customer_event_pkey rename to customer_event_first_pkey;
revoke all on bank.customer_event_first from bkt_silo;

create table bank.customer_event (
    customer_number integer not null references bank.customer,
    number          bigint not null,
    kind            smallint not null,
    at              timestamptz not null,
    detail          jsonb not null,
    primary key (customer_number, number)
) partition by range (number);
create index customer_event_by_time on bank.customer_event using brin (number);
grant select on bank.customer_event to bkt_silo;
create trigger append_only before update or delete or truncate on bank.customer_event
    for each statement execute function bank.refuse_change();

-- For what no other partition takes, so that no row is refused. bank.make_partitions moves it on.
create table bank.customer_event_default partition of bank.customer_event default;
create trigger append_only before update or delete or truncate on bank.customer_event_default
    for each statement execute function bank.refuse_change();

do $$
begin
    execute format(
        'alter table bank.customer_event attach partition bank.customer_event_first for values from (minvalue) to (%s)',
        (select substring(pg_get_constraintdef(oid) from '\d+') from pg_constraint where conname = 'customer_event_first_ends'));
end $$;
alter table bank.customer_event_first drop constraint customer_event_first_ends;

-- Events lead to notifications, and an inbox is told within seconds: nothing asks for them after these are forgotten.
insert into bank.retention (table_name, kept_min, age_column) values ('customer_event', '397 days', null);
