-- The textbook's tables: the same information as the bank's, with what double entry needs and no more.
create table account (
    account_id      bigint generated always as identity primary key,
    account_number  text not null unique,
    customer_number integer not null,
    currency        text not null,
    opened_at       timestamptz not null,
    floor_minor     bigint not null,
    balance_minor   bigint not null default 0,
    sequence_number bigint not null default 0,
    booked_at       timestamptz not null default '-infinity',
    check (balance_minor >= floor_minor)
) with (fillfactor = 70);

create table transfer (
    transfer_id       uuid primary key,
    debit_account_id  bigint not null,
    credit_account_id bigint not null,
    amount_minor      bigint not null check (amount_minor > 0),
    debit_sequence    bigint not null,
    credit_sequence   bigint not null,
    booked_at         timestamptz not null,
    business_date     date not null,
    kind              smallint not null,
    reference         text not null
);

create table posting (
    account_id          bigint not null,
    sequence_number     bigint not null,
    transfer_id         uuid not null,
    amount_minor        bigint not null,
    balance_after_minor bigint not null,
    booked_at           timestamptz not null,
    business_date       date not null,
    primary key (account_id, sequence_number)
);
