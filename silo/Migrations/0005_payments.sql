-- What a customer's payment needs besides money: an approval, and room within the limits of the account. Both are decided with the batch, on the row of the account, and so under the fence of its
-- version: no payment can slip past a lowered limit, a payee that is no longer trusted, or a counter that another silo has moved on.

-- paid_on: the day, in Tirana, that paid_day_minor is of; paid_month_minor is of its month. Unconfirmed: payments of low value since the last one that was confirmed with an FNP.
-- payment_limits: of one payment, of a day, of a month; null for the bank's. next_payment_limits replace them from next_limits_on. trusted_payees: accounts that the customer trusts; the same on all accounts of the customer.
alter table bank.account
    add column paid_on             date not null default '-infinity',
    add column paid_day_minor      bigint not null default 0 check (paid_day_minor >= 0),
    add column paid_month_minor    bigint not null default 0 check (paid_month_minor >= 0),
    add column unconfirmed_count   integer not null default 0 check (unconfirmed_count >= 0),
    add column unconfirmed_minor   bigint not null default 0 check (unconfirmed_minor >= 0),
    add column payment_limits      bigint[] check (cardinality(payment_limits) = 3 and 0 <= all (payment_limits)),
    add column next_payment_limits bigint[] check (cardinality(next_payment_limits) = 3 and 0 <= all (next_payment_limits)),
    add column next_limits_on      date,
    add column trusted_payees      bigint[],
    add constraint next_limits_have_a_day check ((next_payment_limits is null) = (next_limits_on is null));
grant insert (trusted_payees) on bank.account to bkt_silo;

-- What let a payment through: 1 an FNP, 2 the payer's own account, 3 a trusted payee, 4 low value. None is booked without; those of before have none.
alter table bank.transfer
    add column approval smallint check (approval between 1 and 4),
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

-- Sets the limits of an account that the caller has locked, and keeps them on record.
create function bank.change_payment_limits(changed_account bigint, new_limits bigint[], new_next bigint[], new_next_on date, at timestamptz) returns bigint
language sql security definer set search_path = '' as $$
    update bank.account
       set payment_limits = new_limits, next_payment_limits = new_next, next_limits_on = new_next_on, version = version + 1
     where account_id = changed_account;
    insert into bank.payment_limit_change (account_id, version, changed_at, limits, next_limits, next_on)
    select account_id, version, at, new_limits, new_next, new_next_on
      from bank.account
     where account_id = changed_account
    returning version
$$;
revoke execute on function bank.change_payment_limits from public;
grant execute on function bank.change_payment_limits to bkt_silo;

-- Whoever changes the trusted payees of a customer, or opens an account for one, takes this lock, so that all accounts of a customer trust the same ones.
create function bank.lock_trusted_payees(of_customer integer) returns void
language sql as $$
    select pg_advisory_xact_lock(7310040, of_customer)
$$;

-- Trusts a payee, or no longer, and says whether that was a change. Refuses more than so many with BK005.
create function bank.set_trusted_payee(of_customer integer, payee bigint, trusted boolean, payees_max integer, at timestamptz) returns boolean
language plpgsql security definer set search_path = '' as $$
declare
    trusted_now bigint[];
begin
    perform bank.lock_trusted_payees(of_customer);
    if trusted then
        insert into bank.trusted_payee (customer_number, account_id, added_at)
        values (of_customer, payee, at)
        on conflict do nothing;
    else
        update bank.trusted_payee
           set removed_at = greatest(at, added_at)
         where customer_number = of_customer
           and account_id = payee
           and removed_at is null;
    end if;
    if not found then
        return false;
    end if;

    select array_agg(account_id order by trusted_payee_id) into trusted_now from bank.trusted_payee where customer_number = of_customer and removed_at is null;
    if trusted and cardinality(trusted_now) > payees_max then
        raise exception 'too many trusted payees' using errcode = 'BK005';
    end if;
    perform from bank.account where customer_number = of_customer order by account_id for no key update;
    update bank.account set trusted_payees = trusted_now, version = version + 1 where customer_number = of_customer;
    return true;
end $$;
revoke execute on function bank.set_trusted_payee from public;
grant execute on function bank.set_trusted_payee to bkt_silo;

-- The batch of before, with what payments need.
drop function bank.post_batch;
-- Books a batch that a silo has decided, in one transaction with whatever stands around it, and gives its booking time: now, but not before the last booking of its accounts
-- (not_before) and after the last batch of its chain.
--
-- Refusals, after which nothing is written:
-- BK001 the business date is another one than that of the decision;
-- BK002 an account is not as it was when the batch was decided: decide again on locked rows;
-- BK003 the cluster has declared the silo dead;
-- BK004 the day in Tirana is another one than that of the decision, which counted payments for it;
-- 23505 on transfer_pkey: an id is decided already; on settled_once: a hold or a reversal is.
--
-- Accounts come in the order of their ids, and are locked in that order, so that two batches never wait for each other in a circle: the planner is held to the one
-- plan that goes through the array. Every account of the batch moves its version on, also where an order on it was refused, so that what a refusal relied on is fenced too.
-- Each transfer with sequence numbers writes both of its postings: there is no way to write one.
create function bank.post_batch(
    writer_chain integer, decided_date date, not_before timestamptz, batch_content_hash bytea,
    account_ids bigint[], account_versions bigint[], account_balances bigint[], account_sequences bigint[], account_held bigint[],
    transfer_ids uuid[], transfer_kinds smallint[], debit_ids bigint[], credit_ids bigint[], amounts bigint[], debit_sequences bigint[], credit_sequences bigint[],
    debit_balances bigint[], credit_balances bigint[], debit_held bigint[], credit_held bigint[], transfer_reasons smallint[], transfer_references text[], transfer_staff text[],
    event_customers integer[], event_accounts bigint[], event_sequences bigint[], further_legs jsonb, details jsonb,
    decided_day date, account_paid_on date[], account_paid_day bigint[], account_paid_month bigint[], account_unconfirmed_count integer[], account_unconfirmed bigint[],
    transfer_approvals smallint[])
    returns timestamptz
language plpgsql security definer
set search_path = '' set plan_cache_mode = force_generic_plan set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set jit = off as $$
declare
    writer text;
    now_at timestamptz;
    current_date_of_bank date;
    fenced integer;
    previous_number bigint;
    previous_hash bytea;
    previous_at timestamptz;
    new_batch bigint;
begin
    perform pg_catalog.pg_advisory_xact_lock_shared(7310020);
    select silo into strict writer from bank.chain where chain = writer_chain;
    perform pg_catalog.pg_advisory_xact_lock_shared(7310021, pg_catalog.hashtext(writer));
    if exists (select from bank.ended_silo where silo = writer) then
        raise exception 'the cluster has declared this silo dead' using errcode = 'BK003';
    end if;

    select business_date into strict current_date_of_bank from bank.business_day;
    if current_date_of_bank <> decided_date then
        raise exception 'the business date has changed' using errcode = 'BK001';
    end if;
    if (pg_catalog.clock_timestamp() at time zone 'Europe/Tirane')::date <> decided_day then
        raise exception 'the day has changed' using errcode = 'BK004';
    end if;

    select number, hash, booked_at into previous_number, previous_hash, previous_at from bank.batch where chain = writer_chain order by number desc limit 1;
    if not found then
        select 0, genesis, '-infinity' into strict previous_number, previous_hash, previous_at from bank.chain where chain = writer_chain;
    end if;
    -- A clock that was set back must not make the bookings of an account, or of this chain, run backwards.
    now_at := greatest(pg_catalog.clock_timestamp(), not_before, previous_at + interval '1 microsecond');

    update bank.account a
       set balance_minor = n.balance, sequence_number = n.sequence, held_minor = n.held, version = a.version + 1, booked_at = now_at,
           paid_on = n.paid_on, paid_day_minor = n.paid_day, paid_month_minor = n.paid_month, unconfirmed_count = n.unconfirmed_count, unconfirmed_minor = n.unconfirmed
      from unnest(account_ids, account_versions, account_balances, account_sequences, account_held,
                  account_paid_on, account_paid_day, account_paid_month, account_unconfirmed_count, account_unconfirmed)
           as n (id, version, balance, sequence, held, paid_on, paid_day, paid_month, unconfirmed_count, unconfirmed)
     where a.account_id = n.id
       and a.version = n.version;
    get diagnostics fenced = row_count;
    if fenced <> cardinality(account_ids) then
        raise exception 'an account has changed since the batch was decided' using errcode = 'BK002';
    end if;

    insert into bank.batch (chain, number, booked_at, business_date, transfer_count, content_hash, hash)
    values (writer_chain, previous_number + 1, now_at, decided_date, cardinality(transfer_ids), batch_content_hash,
            bank.batch_hash(previous_hash, writer_chain, previous_number + 1, now_at, decided_date, batch_content_hash))
    returning batch_id into new_batch;

    insert into bank.transfer (
        transfer_id, batch_id, debit_account_id, credit_account_id, amount_minor, debit_sequence, credit_sequence, kind, reason, reference, staff, approval)
    select t.id, new_batch, t.debit, t.credit, t.amount, t.debit_sequence, t.credit_sequence, t.kind, t.reason, t.reference, t.staff, t.approval
      from unnest(transfer_ids, debit_ids, credit_ids, amounts, debit_sequences, credit_sequences, transfer_kinds, transfer_reasons, transfer_references, transfer_staff,
                  transfer_approvals)
           as t (id, debit, credit, amount, debit_sequence, credit_sequence, kind, reason, reference, staff, approval);

    insert into bank.posting (account_id, sequence_number, transfer_id, amount_minor, balance_after_minor, held_after_minor, booked_at, business_date)
    select p.account, p.sequence, t.id, p.amount, p.balance, nullif(p.held, 0), now_at, decided_date
      from unnest(transfer_ids, debit_ids, credit_ids, amounts, debit_sequences, credit_sequences, debit_balances, credit_balances, debit_held, credit_held)
           as t (id, debit, credit, amount, debit_sequence, credit_sequence, debit_balance, credit_balance, debit_held, credit_held)
     cross join lateral (values
           (t.debit, t.debit_sequence, -t.amount, t.debit_balance, t.debit_held),
           (t.credit, t.credit_sequence, t.amount, t.credit_balance, t.credit_held)) as p (account, sequence, amount, balance, held)
     where t.debit_sequence is not null;

    if further_legs is not null then
        insert into bank.leg (transfer_id, number, debit_account_id, credit_account_id, amount_minor, debit_sequence, credit_sequence)
        select l.transfer_id, l.number, l.debit, l.credit, l.amount, l.debit_sequence, l.credit_sequence
          from jsonb_to_recordset(further_legs) as l (
               transfer_id uuid, number smallint, debit bigint, credit bigint, amount bigint, debit_sequence bigint, credit_sequence bigint);
        insert into bank.posting (account_id, sequence_number, transfer_id, amount_minor, balance_after_minor, held_after_minor, booked_at, business_date)
        select p.account, p.sequence, l.transfer_id, p.amount, p.balance, nullif(p.held, 0), now_at, decided_date
          from jsonb_to_recordset(further_legs) as l (
               transfer_id uuid, debit bigint, credit bigint, amount bigint, debit_sequence bigint, credit_sequence bigint,
               debit_balance bigint, credit_balance bigint, debit_held bigint, credit_held bigint)
         cross join lateral (values
               (l.debit, l.debit_sequence, -l.amount, l.debit_balance, l.debit_held),
               (l.credit, l.credit_sequence, l.amount, l.credit_balance, l.credit_held)) as p (account, sequence, amount, balance, held)
         where l.debit_sequence is not null;
    end if;

    if details is not null then
        insert into bank.transfer_detail (
            transfer_id, related_id, settles, expires_at, exchange_rate, sequence_number, balance_after_minor, held_after_minor, refused_leg)
        select d.transfer_id, d.related_id, d.settles, d.expires_at, d.exchange_rate, d.sequence_number, d.balance_after_minor, d.held_after_minor, d.refused_leg
          from jsonb_to_recordset(details) as d (
               transfer_id uuid, related_id uuid, settles boolean, expires_at timestamptz, exchange_rate numeric,
               sequence_number bigint, balance_after_minor bigint, held_after_minor bigint, refused_leg smallint);
        insert into bank.open_hold (transfer_id, debit_account_id, amount_minor, expires_at)
        select t.transfer_id, t.debit_account_id, t.amount_minor, d.expires_at
          from jsonb_to_recordset(details) as d (transfer_id uuid, expires_at timestamptz)
          join bank.transfer t on t.transfer_id = d.transfer_id and t.kind = 4 and t.reason is null;
        delete from bank.open_hold h
         using jsonb_to_recordset(details) as d (related_id uuid, settles boolean)
         where h.transfer_id = d.related_id
           and d.settles;
    end if;

    insert into bank.event (queue, customer_numbers, account_ids, sequence_numbers)
    select e.customer % 8, array_agg(e.customer), array_agg(e.account), array_agg(e.sequence)
      from unnest(event_customers, event_accounts, event_sequences) as e (customer, account, sequence)
     group by e.customer % 8;

    return now_at;
end $$;
revoke execute on function bank.post_batch from public;
grant execute on function bank.post_batch to bkt_silo;
