-- What bank.post_batch takes: rows with named fields in place of arrays side by side. A field that is added to one of these types
-- breaks the silos that write it without: a later version makes a new type, and a function that takes it beside the old one.

-- An account as the batch leaves it. Version: that of the row before. Whom an event tells that the account has moved; null for
-- nobody.
create type bank.batch_account as (
    account_id            bigint,
    version               bigint,
    balance_minor         bigint,
    sequence_number       bigint,
    held_minor            bigint,
    paid_on               date,
    paid_day_minor        bigint,
    paid_month_minor      bigint,
    unconfirmed_count     integer,
    unconfirmed_minor     bigint,
    event_customer_number integer
);

-- A transfer with its first leg. Without postings its sequence numbers are null.
create type bank.batch_transfer as (
    transfer_id          uuid,
    kind                 smallint,
    reason               smallint,
    approval             smallint,
    reference            text,
    staff                text,
    debit_account_id     bigint,
    credit_account_id    bigint,
    amount_minor         bigint,
    debit_sequence       bigint,
    debit_balance_minor  bigint,
    debit_held_minor     bigint,
    credit_sequence      bigint,
    credit_balance_minor bigint,
    credit_held_minor    bigint
);

-- A leg after the first.
create type bank.batch_leg as (
    transfer_id          uuid,
    number               smallint,
    debit_account_id     bigint,
    credit_account_id    bigint,
    amount_minor         bigint,
    debit_sequence       bigint,
    debit_balance_minor  bigint,
    debit_held_minor     bigint,
    credit_sequence      bigint,
    credit_balance_minor bigint,
    credit_held_minor    bigint
);

-- A row of bank.transfer_detail.
create type bank.batch_detail as (
    transfer_id         uuid,
    related_id          uuid,
    settles             boolean,
    expires_at          timestamptz,
    exchange_rate       numeric,
    sequence_number     bigint,
    balance_after_minor bigint,
    held_after_minor    bigint,
    refused_leg         smallint
);
