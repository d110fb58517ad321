-- What end-of-day does once the date has changed, and how far it is. All that it reads of a date is booked and does not change any more.

-- Of the last batch of the business date: ids of batches rise, and each batch is before or behind the change of date. Null where
-- the date ended before there was anything to do for it.
alter table bank.end_of_day add column last_batch_id bigint;

-- Steps are 1 accounts, 2 batches, 3 payments. position: the account or batch up to which it is done, from the one at the start to
-- last_position. done of total: accounts, batches, payments. runs: how often it began from its start. runner: the silo that works
-- on it; others leave it alone until leased_until. heads: of the ledger, behind the batches.
create table bank.end_of_day_step (
    business_date  date not null,
    step           smallint not null check (step > 0),
    first_position bigint not null,
    position       bigint not null,
    last_position  bigint not null,
    done           bigint not null default 0,
    total          bigint not null,
    runs           integer not null default 1,
    runner         text,
    leased_until   timestamptz not null default '-infinity',
    started_at     timestamptz,
    finished_at    timestamptz,
    heads          jsonb,
    primary key (business_date, step)
);
create index end_of_day_step_open on bank.end_of_day_step (business_date, step) where finished_at is null;
grant select on bank.end_of_day_step to bkt_silo;

-- What was booked on a business date, by the accounts' postings.
create table bank.end_of_day_movement (
    business_date date not null,
    currency      text not null,
    accounts      bigint not null,
    postings      bigint not null,
    debits_minor  numeric not null,
    credits_minor numeric not null,
    primary key (business_date, currency)
);
grant select on bank.end_of_day_movement to bkt_silo;

-- And by the transfers of its batches: the control totals. legs: those with postings; amount_minor: of them.
create table bank.end_of_day_total (
    business_date date not null,
    currency      text not null,
    kind          smallint not null,
    transfers     bigint not null,
    legs          bigint not null,
    amount_minor  numeric not null,
    primary key (business_date, currency, kind)
);
grant select on bank.end_of_day_total to bkt_silo;

-- What a step found wrong, and set aside: the rest goes on. subject: an account by its id, a batch by its id, a currency, a payment
-- by order and due date. found_run: the last run of the step that found it.
create table bank.end_of_day_finding (
    business_date date not null,
    step          smallint not null,
    subject       text not null,
    detail        text not null,
    found_at      timestamptz not null,
    found_run     integer not null,
    resolved_at   timestamptz,
    primary key (business_date, step, subject),
    foreign key (business_date, step) references bank.end_of_day_step
);
create index end_of_day_finding_open on bank.end_of_day_finding (business_date, step, subject) where resolved_at is null;
grant select on bank.end_of_day_finding to bkt_silo;

create index standing_order_payment_by_day on bank.standing_order_payment (due_on);

-- function: start_end_of_day
-- function: plan_end_of_day
-- function: take_end_of_day_step
-- function: set_aside
-- function: finish_end_of_day_step
-- function: restart_end_of_day
-- function: last_posting_until
-- function: day_of_account
-- function: tie_accounts
-- function: count_batches
-- function: tie_totals
-- function: close_payments
