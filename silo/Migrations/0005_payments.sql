-- What a customer's payment needs besides money: an approval, and room within the limits of the account. Both are decided with
-- the batch, on the row of the account, and so under the fence of its version: no payment can slip past a lowered limit, a
-- payee that is no longer trusted, or a counter that another silo has moved on.

-- paid_on: the day, in Tirana, that paid_day_minor is of; paid_month_minor is of its month. Unconfirmed: payments of low value
-- since the last one that was confirmed with an FNP. payment_limits: of one payment, of a day, of a month; null for the bank's.
-- next_payment_limits replace them from next_limits_on. trusted_payees: accounts that the customer trusts; the same on all
-- accounts of the customer. New rules are not checked on old rows, which have the defaults: a check of all rows would keep
-- everybody out for as long as it takes.
alter table bank.account
    add column paid_on             date not null default '-infinity',
    add column paid_day_minor      bigint not null default 0,
    add column paid_month_minor    bigint not null default 0,
    add column unconfirmed_count   integer not null default 0,
    add column unconfirmed_minor   bigint not null default 0,
    add column payment_limits      bigint[],
    add column next_payment_limits bigint[],
    add column next_limits_on      date,
    add column trusted_payees      bigint[],
    add constraint paid_not_negative check (
        paid_day_minor >= 0 and paid_month_minor >= 0 and unconfirmed_count >= 0 and unconfirmed_minor >= 0) not valid,
    add constraint three_limits check (
        cardinality(payment_limits) = 3 and 0 <= all (payment_limits)
        and cardinality(next_payment_limits) = 3 and 0 <= all (next_payment_limits)) not valid,
    add constraint next_limits_have_a_day check ((next_payment_limits is null) = (next_limits_on is null)) not valid;
grant insert (trusted_payees) on bank.account to bkt_silo;

-- What let a payment through: 1 an FNP, 2 the payer's own account, 3 a trusted payee, 4 low value. None is booked without;
-- those of before have none.
alter table bank.transfer
    add column approval smallint,
    add constraint known_approval check (approval between 1 and 4) not valid,
    add constraint payment_is_approved check ((kind = 1 and reason is null) = (approval is not null)) not valid;

-- Every change of an account's limits. next_limits hold from next_on.
create table bank.payment_limit_change (
    account_id  bigint not null,
    version     bigint not null,
    changed_at  timestamptz not null,
    limits      bigint[] not null,
    next_limits bigint[],
    next_on     date,
    primary key (account_id, version)
);
grant select on bank.payment_limit_change to bkt_silo;
create trigger append_only before update or delete or truncate on bank.payment_limit_change
    for each statement execute function bank.refuse_change();

-- Payees that a customer trusts, and once did.
create table bank.trusted_payee (
    trusted_payee_id bigint generated always as identity primary key,
    customer_number  integer not null references bank.customer,
    account_id       bigint not null,
    added_at         timestamptz not null,
    removed_at       timestamptz check (removed_at >= added_at)
);
create unique index trusted_once on bank.trusted_payee (customer_number, account_id) where removed_at is null;
grant select on bank.trusted_payee to bkt_silo;

-- It books payments without an approval.
drop function if exists bank.post_batch;
