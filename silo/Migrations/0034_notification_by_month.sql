-- The notifications by months, so that they can be forgotten by months: see bank.drop_partition.
-- The table of before is the first partition: silos of both versions go on with their statements, under the same name. Nothing is read,
-- moved or written here, so the locks are held for milliseconds. A posting may lead to more than one notification: what keeps doubles
-- away is the position of the inbox.
drop index bank.notification_unsettled;
alter table bank.notification drop constraint one_per_posting;
alter table bank.notification rename to notification_first;
alter index bank.notification_pkey rename to notification_first_pkey;
alter index bank.notification_unread rename to notification_first_unread;
revoke all on bank.notification_first from bkt_silo;

-- account_id and sequence_number are the source and the number in it; own events have the source 0. The text stays as it was sent.
-- push_settled_at is for bank.write_inboxes as it is until the end of the migration. It goes with the next version.
create table bank.notification (
    customer_number integer not null,
    number          bigint not null constraint notification_number_check check (number > 0),
    account_id      bigint not null,
    sequence_number bigint not null,
    category        smallint not null,
    title           text not null,
    body            text not null,
    created_at      timestamptz not null,
    push_settled_at timestamptz,
    read_at         timestamptz,
    primary key (customer_number, number)
) partition by range (number);
create index notification_unread on bank.notification (customer_number, number) where read_at is null;
create index notification_by_time on bank.notification using brin (number);
grant select, update (read_at) on bank.notification to bkt_silo;

-- For what no other partition takes, so that no row is refused. bank.make_partitions moves it on.
create table bank.notification_default partition of bank.notification default;

do $$
begin
    execute format(
        'alter table bank.notification attach partition bank.notification_first for values from (minvalue) to (%s)',
        (select substring(pg_get_constraintdef(oid) from '\d+') from pg_constraint where conname = 'notification_first_ends'));
end $$;
alter table bank.notification_first drop constraint notification_first_ends;

-- What an inbox told is wanted for as long as the payment may be disputed (PSD2 art. 71).
insert into bank.retention (table_name, kept_min, age_column) values ('notification', '397 days', null);
