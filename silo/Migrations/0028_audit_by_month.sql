-- The audit trail by months, so that it can be forgotten by months: see bank.drop_partition.
-- The table of before is the first partition: silos of both versions go on with their statements, under the same name. Nothing is read,
-- moved or written here, so the locks are held for milliseconds.
alter table bank.audit rename to audit_first;
alter sequence bank.audit_audit_id_seq rename to audit_first_seq;
alter index bank.audit_by_customer rename to audit_first_by_customer;
alter index bank.audit_by_approval rename to audit_first_by_approval;
alter table bank.audit_first
    drop constraint audit_pkey,
    add constraint audit_first_pkey primary key using index audit_first_key;
revoke all on bank.audit_first from bkt_silo;

create table bank.audit (
    audit_id        bigint generated always as identity,
    at              timestamptz not null,
    staff           text not null,
    action          text not null,
    customer_number integer,
    detail          jsonb not null,
    primary key (audit_id, at)
) partition by range (at);
create index audit_by_customer on bank.audit (customer_number, audit_id);
create index audit_by_approval on bank.audit ((detail ->> 'approval')) where detail ? 'approval';
create index audit_by_time on bank.audit using brin (at);
grant select, insert on bank.audit to bkt_silo;
create trigger append_only before update or delete or truncate on bank.audit
    for each statement execute function bank.refuse_change();

-- For what no other partition takes, so that no row is refused. bank.make_partitions moves it on.
create table bank.audit_default partition of bank.audit default;
create trigger append_only before update or delete or truncate on bank.audit_default
    for each statement execute function bank.refuse_change();

-- Ids go on where they were. A partition has none of its own.
select setval('bank.audit_audit_id_seq', last_value, is_called) from bank.audit_first_seq;
alter table bank.audit_first alter column audit_id drop identity;

do $$
begin
    execute format(
        'alter table bank.audit attach partition bank.audit_first for values from (minvalue) to (%L)',
        (select substring(pg_get_constraintdef(oid) from '''(.+)''') from pg_constraint where conname = 'audit_first_ends'));
end $$;
alter table bank.audit_first drop constraint audit_first_ends;
