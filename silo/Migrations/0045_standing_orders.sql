-- Payments that a customer orders in advance: once, or again and again (R1, R13).

-- 5: the FNP of the standing order that a payment follows from.
alter table bank.transfer
    drop constraint known_approval,
    add constraint known_approval check (approval between 1 and 5) not valid,
    add constraint standing_order_approves_its_own check (
        approval is distinct from 5 or originator is not distinct from 3) not valid;

-- Rises with each change of the calendar: due dates that were reckoned with an older one are reckoned again.
create table bank.calendar (
    only_row boolean primary key default true check (only_row),
    version  bigint not null
);
insert into bank.calendar (version) values (1);
grant select on bank.calendar to bkt_silo;
-- function: count_calendar_change
create trigger count_change after insert or update or delete on bank.calendar_year
    for each row execute function bank.count_calendar_change();
create trigger count_change after insert or update or delete on bank.calendar_day
    for each row execute function bank.count_calendar_change();

-- What a customer has ordered. Its dates are first_date and those that frequency (1 once, 2 weekly, 3 monthly) makes of it, up to
-- end_date or payments_max payments. day_rule, of a date on which the bank does not work: 1 the next business day, 2 the one before,
-- 3 that day all the same, 4 not at all. state: 1 active, 2 paused, 3 cancelled, 4 completed. pause_cause: 1 the customer, 2 the payee
-- cannot receive, 3 the account is frozen, 4 it is closed, 5 the customer reported an FNP.
-- next_place: of the next date, from 0. next_due_on: the day on which it is due; null where none is to come, or the calendar does not
-- reach. dates_ended: no date is to come; the order is completed when nothing of it is due any more, so that it can be stopped until
-- then. confirmed_at: when an FNP was last given for it.
create table bank.standing_order (
    order_id          uuid primary key,
    customer_number   integer not null references bank.customer,
    debit_account_id  bigint not null,
    credit_account_id bigint not null,
    amount_minor      bigint not null check (amount_minor > 0),
    reference         text not null,
    frequency         smallint not null check (frequency between 1 and 3),
    first_date        date not null,
    end_date          date,
    payments_max      integer check (payments_max > 0),
    day_rule          smallint not null check (day_rule between 1 and 4),
    state             smallint not null default 1 check (state between 1 and 4),
    pause_cause       smallint check (pause_cause between 1 and 5),
    version           integer not null default 1,
    created_at        timestamptz not null,
    confirmed_at      timestamptz not null,
    next_place        integer not null check (next_place >= 0),
    payments_made     integer not null default 0 check (payments_made >= 0),
    next_due_on       date,
    dates_ended       boolean not null default false,
    calendar_version  bigint not null,
    constraint two_accounts check (debit_account_id <> credit_account_id),
    constraint end_not_before_first_date check (end_date >= first_date),
    constraint pause_has_a_cause check ((state = 2) = (pause_cause is not null)),
    constraint due_while_active check (state = 1 or next_due_on is null)
);
create index standing_order_of_customer on bank.standing_order (customer_number, order_id);
create index standing_order_due on bank.standing_order (next_due_on, order_id) where next_due_on is not null;
create index standing_order_reckoned on bank.standing_order (calendar_version, order_id) where state = 1;
grant select on bank.standing_order to bkt_silo;
grant insert (
    order_id, customer_number, debit_account_id, credit_account_id, amount_minor, reference, frequency, first_date, end_date,
    payments_max, day_rule, created_at, confirmed_at, next_place, next_due_on, calendar_version) on bank.standing_order to bkt_silo;

-- Every version of an order, written with it.
create table bank.standing_order_change (
    order_id     uuid not null,
    version      integer not null,
    changed_at   timestamptz not null,
    amount_minor bigint not null,
    reference    text not null,
    end_date     date,
    payments_max integer,
    state        smallint not null,
    pause_cause  smallint,
    primary key (order_id, version)
);
grant select on bank.standing_order_change to bkt_silo;
create trigger append_only before update or delete or truncate on bank.standing_order_change
    for each statement execute function bank.refuse_change();
-- function: record_standing_order
create trigger record_change after insert or update on bank.standing_order
    for each row execute function bank.record_standing_order();

-- A payment that is due, and what became of it. What it orders is fixed before the first attempt, and one due date of an order is one
-- payment. state: 1 due, 2 booked, 3 failed. transfer_id: of the last attempt, under which the ledger decides once; another attempt
-- begins only when this one is recorded as refused. confirmed: the attempt has an FNP of its own, by the request retry_id. given_up: the
-- order was stopped, and the attempt is only settled. attempt_after: a silo takes it up from then on; it moves it on first, so that
-- another one leaves it alone.
create table bank.standing_order_payment (
    order_id          uuid not null references bank.standing_order,
    due_on            date not null,
    debit_account_id  bigint not null,
    credit_account_id bigint not null,
    amount_minor      bigint not null,
    reference         text not null,
    state             smallint not null default 1 check (state between 1 and 3),
    attempt           integer not null default 1 check (attempt > 0),
    transfer_id       uuid not null unique,
    confirmed         boolean not null default false,
    retry_id          uuid,
    given_up          boolean not null default false,
    attempt_after     timestamptz,
    reason            smallint,
    primary key (order_id, due_on),
    constraint confirmed_is_not_given_up check (not (confirmed and given_up)),
    constraint due_has_a_time check ((state = 1) = (attempt_after is not null))
);
create index standing_order_payment_due on bank.standing_order_payment (attempt_after) where state = 1;
create index standing_order_payment_of_account on bank.standing_order_payment (debit_account_id, due_on, order_id);
grant select on bank.standing_order_payment to bkt_silo;
grant update (attempt_after) on bank.standing_order_payment to bkt_silo;
