-- The bank. Who may do what is decided here: the silo's role gets the least that each table needs, so that no defect in a program
-- can change what is booked.

create schema bank;
grant usage on schema bank to bkt_silo;

-- A table with the trigger append_only keeps every row that it ever got, also against its owner.
-- function: refuse_change

-- Customers -------------------------------------------------------------------------------------------------------------

create table bank.customer (
    customer_number integer primary key check (customer_number between 100000000 and 999999999),
    request_id      uuid not null unique,
    national_id     text not null unique check (national_id ~ '^[0-9A-T][0-9]{8}[A-Z]$'),
    name            text not null check (char_length(name) between 2 and 100),
    phone           text not null unique check (phone ~ '^\+[1-9][0-9]{6,14}$'),
    language        smallint not null check (language in (1, 2)),
    opened_at       timestamptz not null
);
grant select, insert on bank.customer to bkt_silo;

create sequence bank.customer_number as integer minvalue 100000001 maxvalue 999999999;
grant usage on sequence bank.customer_number to bkt_silo;

create table bank.agreement (
    customer_number integer not null references bank.customer,
    version         integer not null check (version between 1 and 999),
    recorded_at     timestamptz not null,
    primary key (customer_number, version)
);
grant select, insert on bank.agreement to bkt_silo;
create trigger append_only before update or delete or truncate on bank.agreement
    for each statement execute function bank.refuse_change();

-- The full number exists only on the plastic: the fingerprint is an HMAC-SHA256 of it under a key that is not in the database.
create table bank.card (
    card_id          bigint generated always as identity primary key,
    customer_number  integer not null references bank.customer,
    fingerprint      bytea not null unique check (octet_length(fingerprint) = 32),
    last_four_digits text not null check (last_four_digits ~ '^[0-9]{4}$'),
    expires_on       date not null,
    issued_at        timestamptz not null
);
create index card_by_customer on bank.card (customer_number);
grant select, insert on bank.card to bkt_silo;

-- Every action of staff: who, what, whom, when.
create table bank.audit (
    audit_id        bigint generated always as identity primary key,
    at              timestamptz not null,
    staff           text not null,
    action          text not null,
    customer_number integer,
    detail          jsonb not null
);
create index audit_by_customer on bank.audit (customer_number, audit_id);
grant select, insert on bank.audit to bkt_silo;
create trigger append_only before update or delete or truncate on bank.audit
    for each statement execute function bank.refuse_change();

-- Accounts --------------------------------------------------------------------------------------------------------------

-- A customer's account has the IBAN for a number, an account of the bank itself a code. The floor is the lowest balance that
-- the account may have; the bank's own have none. Balance, sequence number and booking time are those of the last posting. Only
-- columns without an index change, and pages keep room: every update is a HOT update.
create table bank.account (
    account_id      bigint generated always as identity primary key,
    account_number  text not null unique,
    customer_number integer references bank.customer,
    currency        text not null check (currency ~ '^[A-Z]{3}$'),
    request_id      uuid unique,
    opened_at       timestamptz not null,
    floor_minor     bigint,
    balance_minor   bigint not null default 0,
    sequence_number bigint not null default 0 check (sequence_number >= 0),
    booked_at       timestamptz not null default '-infinity',
    constraint balance_not_below_floor check (floor_minor is null or balance_minor >= floor_minor),
    constraint customer_account_has_floor check (customer_number is null or floor_minor is not null)
) with (fillfactor = 70);
create index account_by_customer on bank.account (customer_number, account_id);
grant select on bank.account to bkt_silo;
grant insert (account_id, account_number, customer_number, currency, request_id, opened_at, floor_minor) on bank.account to bkt_silo;
grant usage on sequence bank.account_account_id_seq to bkt_silo;
grant update (balance_minor, sequence_number, booked_at) on bank.account to bkt_silo;

insert into bank.account (account_number, currency, opened_at)
select 'CASH-' || currency, currency, now()
  from unnest(array['ALL', 'EUR', 'USD', 'GBP', 'CHF', 'CAD', 'AUD']) as currency;

-- Ledger ----------------------------------------------------------------------------------------------------------------

-- The bank's date. Every batch reads it inside its transaction, under a shared advisory lock (7310020); whoever changes it takes that lock
-- exclusively, so that the change is one point in the order of all bookings. The first migration sets it.
create table bank.business_day (
    only_row      boolean primary key default true check (only_row),
    business_date date not null
);
grant select on bank.business_day to bkt_silo;

-- A weekday on which the bank does not work.
create table bank.holiday (
    day  date primary key,
    name text not null
);
grant select on bank.holiday to bkt_silo;

insert into bank.holiday (day, name) values
    ('2026-01-01', 'New Year'), ('2026-01-02', 'New Year'), ('2026-03-16', 'Summer Day, observed'),
    ('2026-03-20', 'Bajrami i Madh'), ('2026-03-23', 'Nevruz, observed'), ('2026-04-06', 'Catholic Easter, observed'),
    ('2026-04-13', 'Orthodox Easter, observed'), ('2026-05-01', 'Labour Day'), ('2026-05-27', 'Kurban Bajrami'),
    ('2026-09-07', 'Saint Teresa, observed'), ('2026-11-23', 'Alphabet Day, observed'), ('2026-11-30', 'Independence Day, observed'),
    ('2026-12-01', 'Liberation Day, observed'), ('2026-12-08', 'Youth Day'), ('2026-12-25', 'Christmas');

-- function: next_business_day

insert into bank.business_day (business_date)
values (bank.next_business_day((now() at time zone 'Europe/Tirane')::date));

-- One row a transfer id, for ever: booked (with the sequence numbers of its two postings) or refused for good (with the reason).
create table bank.transfer (
    transfer_id       uuid primary key,
    debit_account_id  bigint not null,
    credit_account_id bigint not null,
    amount_minor      bigint not null check (amount_minor > 0),
    debit_sequence    bigint,
    credit_sequence   bigint,
    booked_at         timestamptz not null,
    business_date     date not null,
    kind              smallint not null,
    reason            smallint,
    reference         text not null check (char_length(reference) <= 140),
    staff             text,
    constraint two_accounts check (debit_account_id <> credit_account_id),
    constraint booked_or_refused check (
        (reason is null and debit_sequence is not null and credit_sequence is not null)
        or (reason is not null and debit_sequence is null and credit_sequence is null))
);
grant select, insert on bank.transfer to bkt_silo;
create trigger append_only before update or delete or truncate on bank.transfer
    for each statement execute function bank.refuse_change();

create table bank.posting (
    account_id          bigint not null,
    sequence_number     bigint not null check (sequence_number > 0),
    transfer_id         uuid not null,
    amount_minor        bigint not null check (amount_minor <> 0),
    balance_after_minor bigint not null,
    booked_at           timestamptz not null,
    business_date       date not null,
    primary key (account_id, sequence_number)
);
grant select, insert on bank.posting to bkt_silo;
create trigger append_only before update or delete or truncate on bank.posting
    for each statement execute function bank.refuse_change();

-- Events ----------------------------------------------------------------------------------------------------------------

-- What the streams still have to deliver: a row is written in the transaction of its posting and deleted after delivery. Readers take what
-- is there, not what is above a position, so a row that commits late is not skipped. Its id is drawn while the account is locked: the order
-- of ids is the order of the account.
create sequence bank.event_id;
grant usage on sequence bank.event_id to bkt_silo;

create table bank.event (
    queue           smallint not null check (queue between 0 and 7),
    event_id        bigint not null default nextval('bank.event_id'),
    customer_number integer not null,
    account_id      bigint not null,
    sequence_number bigint not null,
    primary key (queue, event_id)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
grant select, insert, delete on bank.event to bkt_silo;

-- Notifications ---------------------------------------------------------------------------------------------------------

-- A posting leads to one notification of its customer, whatever is delivered twice. The text stays as it was sent. A push is
-- settled when it was tried, or when there was no device to push to: the inbox is the record, and a push a courtesy.
create table bank.notification (
    customer_number integer not null,
    number          bigint not null check (number > 0),
    account_id      bigint not null,
    sequence_number bigint not null,
    category        smallint not null,
    title           text not null,
    body            text not null,
    created_at      timestamptz not null,
    push_settled_at timestamptz,
    read_at         timestamptz,
    primary key (customer_number, number),
    constraint one_per_posting unique (account_id, sequence_number, customer_number)
) with (fillfactor = 80);
create index notification_unread on bank.notification (customer_number, number) where read_at is null;
create index notification_unsettled on bank.notification (customer_number, number) where push_settled_at is null;
grant select, insert on bank.notification to bkt_silo;
grant update (push_settled_at, read_at) on bank.notification to bkt_silo;
