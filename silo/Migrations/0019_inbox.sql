-- What a customer is told, and up to where. An inbox has sources, each numbered in an order of its own: the postings of each account,
-- by its sequence numbers, and the customer's own events (source 0), by theirs. Positions say up to where each source was told; they
-- move in the statement that stores the notifications, and only from where they were: that is the fence against doubles. A notification
-- that is not wanted, or that was forgotten, leaves its position where it is.

create table bank.inbox (
    customer_number integer primary key references bank.customer,
    last_number     bigint not null,
    sources         bigint[] not null,
    positions       bigint[] not null,
    constraint arrays_go_together check (cardinality(sources) = cardinality(positions))
) with (fillfactor = 70);
grant select on bank.inbox to bkt_silo;

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

-- function: inboxes_of_before
-- function: open_inboxes
-- function: write_inboxes
-- function: tell_customer
-- function: finish_events
-- function: replay_events
