-- Who ordered a transfer: 1 a customer, 2 the bank's staff, 3 a standing order of a customer, 4 the bank itself. In chains from
-- hash_version 3 on it is part of the transfer's hash. Rows of before have none.
--
-- Whatever a customer orders needs an approval, unless it only frees what is held (6, 7). Before, that was asked of payments (1).
create type bank.batch_order as (
    transfer_id          uuid,
    kind                 smallint,
    originator           smallint,
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

alter table bank.transfer
    add column originator smallint,
    add constraint known_originator check (originator between 1 and 4) not valid,
    drop constraint payment_is_approved,
    add constraint customer_debit_is_approved check (
        (coalesce(originator in (1, 3), kind = 1) and reason is null and kind not in (6, 7)) = (approval is not null)) not valid;

-- That of the version before the last.
drop function if exists bank.post_batch(
    integer, date, timestamptz, bytea, bigint[], bigint[], bigint[], bigint[], bigint[], uuid[], smallint[], bigint[], bigint[], bigint[],
    bigint[], bigint[], bigint[], bigint[], bigint[], bigint[], smallint[], text[], text[], integer[], bigint[], bigint[], jsonb, jsonb,
    date, date[], bigint[], bigint[], integer[], bigint[], smallint[]);
