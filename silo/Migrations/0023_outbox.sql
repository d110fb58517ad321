-- Messages that tell something: a row is written in the transaction of what it tells of, and deleted when its gateway has it or
-- nobody can have it any more. One-time passwords are never here.

-- A channel has a gateway of its own: 1 push to Android, 2 push to iOS, 3 SMS. The messages of a recipient, a customer on a channel,
-- go one by one, in the order of their ids. Only the first has a time of its own; those behind it are due when they expire, until
-- bank.add_to_outbox or the end of the one before says now.
create table bank.outbox (
    outbox_id           bigint generated always as identity primary key,
    channel             smallint not null check (channel between 1 and 3),
    customer_number     integer not null,
    notification_number bigint,
    sms_id              uuid,
    phone               text,
    title               text,
    body                text not null,
    created_at          timestamptz not null default clock_timestamp(),
    expires_at          timestamptz not null,
    due_at              timestamptz not null default clock_timestamp(),
    tries               integer not null default 0 check (tries >= 0),
    constraint sms_or_push check (case channel
        when 3 then num_nonnulls(sms_id, phone) = 2 and num_nonnulls(notification_number, title) = 0
        else num_nonnulls(sms_id, phone) = 0 and num_nonnulls(notification_number, title) = 2
    end)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
create index outbox_due on bank.outbox (channel, due_at);
create index outbox_by_recipient on bank.outbox (channel, customer_number, outbox_id);
grant select, insert, delete, update (due_at, tries) on bank.outbox to bkt_silo;
