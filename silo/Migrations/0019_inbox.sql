-- What a customer is told, and up to where. An inbox has sources, each numbered in an order of its own: the postings of each account,
-- by its sequence numbers, and the customer's own events (source 0), by theirs. A position says up to where the inbox was told of a source.
-- It moves in the transaction that stores the notifications, and only from where it was: that is the fence against doubles. A notification
-- that is not wanted, or that was forgotten, leaves the position where it is.
create table bank.inbox_position (
    customer_number integer not null references bank.customer,
    source          bigint not null,
    position        bigint not null,
    primary key (customer_number, source)
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
grant select on bank.inbox_position to bkt_silo;

-- What happened to a customer besides postings, written in the transaction of the change that it tells of. Events of a customer are
-- written one after the other, and their numbers rise: nothing with a lower number can come later. A number is the time in microseconds
-- since 1970, by the clock of the database, or the next after the one before, whichever is higher.
create table bank.customer_event (
    customer_number integer not null references bank.customer,
    number          bigint not null,
    kind            smallint not null,
    at              timestamptz not null,
    detail          jsonb not null,
    primary key (customer_number, number)
);
grant select on bank.customer_event to bkt_silo;
create trigger append_only before update or delete or truncate on bank.customer_event
    for each statement execute function bank.refuse_change();

-- Hints that did not reach their inbox: the inbox failed, or the stream let go of them. They come again with growing pauses, and are
-- forgotten when the position has passed them. Setting due_at to now replays one at once.
create table bank.event_set_aside (
    customer_number integer not null,
    source          bigint not null,
    number          bigint not null,
    set_aside_at    timestamptz not null,
    tries           integer not null default 0,
    due_at          timestamptz not null,
    primary key (customer_number, source)
);
create index event_set_aside_by_due on bank.event_set_aside (due_at);
grant select, update (due_at) on bank.event_set_aside to bkt_silo;

-- function: open_inbox_positions
-- function: write_inboxes
-- function: tell_customer
-- function: finish_events
-- function: replay_events
