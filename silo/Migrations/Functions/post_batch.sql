-- Books a batch that a silo has decided, in one transaction with whatever stands around it, and gives its booking time: now,
-- but not before the last booking of its accounts (not_before), and after the last batch of its chain and the start of its day.
--
-- Refusals, after which nothing is written:
-- BK001 the business date is another one than that of the decision;
-- BK002 an account is not as it was when the batch was decided: decide again on locked rows;
-- BK003 the cluster has declared the silo dead;
-- BK004 the day of the booking time in Tirana is another one than that of the decision, which counted payments for it;
-- BK008 the last moment at which an order of the batch may be booked has passed;
-- 55P03 a lock was not free for lock_wait_ms;
-- 23505 on transfer_pkey: an id is decided already; on settled_once: a hold or a reversal is;
-- P0004 (assert_failure): not as many rows were written as the batch has, or not posting_count postings. That is a defect.
--
-- The last moment is compared after the locks on the accounts: whoever queued, forwarded or repeated an order, or slept over it,
-- is bound by it.
--
-- Accounts come in the order of their ids, and are locked in that order, so that two batches never wait for each other in a
-- circle: the planner is held to the one plan that goes through the array. Every account of the batch moves its version on,
-- also where an order on it was refused, so that what a refusal relied on is fenced too.
-- Each leg with sequence numbers writes both of its postings: there is no way to write one.
create or replace function bank.post_batch(
    writer_chain integer,
    decided_date date,
    decided_day date,
    not_before timestamptz,
    last_moment timestamptz,
    lock_wait_ms integer,
    batch_content_hash bytea,
    accounts bank.batch_account[],
    transfers bank.batch_order[],
    further_legs bank.batch_leg[],
    details bank.batch_detail[],
    limits bank.batch_limit[],
    posting_count bigint)
    returns timestamptz
language plpgsql security definer
set search_path = ''
set plan_cache_mode = force_generic_plan
set enable_hashjoin = off
set enable_mergejoin = off
set enable_seqscan = off
set jit = off
as $$
declare
    writer text;
    now_at timestamptz;
    current_date_of_bank date;
    day_opened_at timestamptz;
    previous_number bigint;
    previous_hash bytea;
    previous_at timestamptz;
    new_batch bigint;
    written bigint;
    postings_written bigint;
begin
    perform pg_catalog.set_config('lock_timeout', lock_wait_ms::text, true);
    perform pg_catalog.pg_advisory_xact_lock_shared(7310020);
    select silo
      into strict writer
      from bank.chain
     where chain = writer_chain;
    perform pg_catalog.pg_advisory_xact_lock_shared(7310021, pg_catalog.hashtext(writer));
    if exists (select from bank.ended_silo where silo = writer) then
        raise exception 'the cluster has declared this silo dead' using errcode = 'BK003';
    end if;

    select business_date, opened_at
      into strict current_date_of_bank, day_opened_at
      from bank.business_day;
    if current_date_of_bank is distinct from decided_date then
        raise exception 'the business date has changed' using errcode = 'BK001';
    end if;

    -- one_place_in_chain
    select number, hash, booked_at
      into previous_number, previous_hash, previous_at
      from bank.batch
     where chain = writer_chain
     order by number desc
     limit 1;
    if not found then
        select 0, genesis, '-infinity'
          into strict previous_number, previous_hash, previous_at
          from bank.chain
         where chain = writer_chain;
    end if;
    -- A clock that was set back must not make the bookings of an account, or of this chain, run backwards.
    now_at := greatest(pg_catalog.clock_timestamp(), not_before, previous_at + interval '1 microsecond', day_opened_at);
    if (now_at at time zone 'Europe/Tirane')::date is distinct from decided_day then
        raise exception 'the day has changed' using errcode = 'BK004';
    end if;

    -- account_pkey
    update bank.account a
       set balance_minor = n.balance_minor,
           sequence_number = n.sequence_number,
           held_minor = n.held_minor,
           version = a.version + 1,
           booked_at = now_at,
           paid_on = n.paid_on,
           paid_day_minor = n.paid_day_minor,
           paid_month_minor = n.paid_month_minor,
           unconfirmed_count = n.unconfirmed_count,
           unconfirmed_minor = n.unconfirmed_minor
      from unnest(accounts) as n
     where a.account_id = n.account_id
       and a.version = n.version;
    get diagnostics written = row_count;
    if written is distinct from cardinality(accounts) then
        raise exception 'an account has changed since the batch was decided' using errcode = 'BK002';
    end if;
    if (pg_catalog.clock_timestamp() < last_moment) is not true then
        raise exception 'an order of the batch comes too late' using errcode = 'BK008';
    end if;

    insert into bank.batch (chain, number, booked_at, business_date, transfer_count, content_hash, hash)
    values (
        writer_chain, previous_number + 1, now_at, decided_date, cardinality(transfers), batch_content_hash,
        bank.batch_hash(previous_hash, writer_chain, previous_number + 1, now_at, decided_date, batch_content_hash))
    returning batch_id into new_batch;

    insert into bank.transfer (
        transfer_id, batch_id, debit_account_id, credit_account_id, amount_minor, debit_sequence, credit_sequence,
        kind, originator, reason, reference, staff, approval)
    select t.transfer_id, new_batch, t.debit_account_id, t.credit_account_id, t.amount_minor, t.debit_sequence, t.credit_sequence,
           t.kind, t.originator, t.reason, t.reference, t.staff, t.approval
      from unnest(transfers) as t;
    get diagnostics written = row_count;
    if written is distinct from cardinality(transfers) then
        raise exception '% of % transfers were written', written, cardinality(transfers) using errcode = 'assert_failure';
    end if;

    insert into bank.posting (
        account_id, sequence_number, transfer_id, amount_minor, balance_after_minor, held_after_minor, booked_at, business_date)
    select p.account_id, p.sequence_number, t.transfer_id, p.amount_minor, p.balance_minor, nullif(p.held_minor, 0),
           now_at, decided_date
      from unnest(transfers) as t
     cross join lateral (values
           (t.debit_account_id, t.debit_sequence, -t.amount_minor, t.debit_balance_minor, t.debit_held_minor),
           (t.credit_account_id, t.credit_sequence, t.amount_minor, t.credit_balance_minor, t.credit_held_minor))
           as p (account_id, sequence_number, amount_minor, balance_minor, held_minor)
     where t.debit_sequence is not null;
    get diagnostics postings_written = row_count;

    if cardinality(further_legs) > 0 then
        insert into bank.leg (transfer_id, number, debit_account_id, credit_account_id, amount_minor, debit_sequence, credit_sequence)
        select l.transfer_id, l.number, l.debit_account_id, l.credit_account_id, l.amount_minor, l.debit_sequence, l.credit_sequence
          from unnest(further_legs) as l;
        get diagnostics written = row_count;
        if written <> cardinality(further_legs) then
            raise exception '% of % further legs were written', written, cardinality(further_legs) using errcode = 'assert_failure';
        end if;

        insert into bank.posting (
            account_id, sequence_number, transfer_id, amount_minor, balance_after_minor, held_after_minor, booked_at, business_date)
        select p.account_id, p.sequence_number, l.transfer_id, p.amount_minor, p.balance_minor, nullif(p.held_minor, 0),
               now_at, decided_date
          from unnest(further_legs) as l
         cross join lateral (values
               (l.debit_account_id, l.debit_sequence, -l.amount_minor, l.debit_balance_minor, l.debit_held_minor),
               (l.credit_account_id, l.credit_sequence, l.amount_minor, l.credit_balance_minor, l.credit_held_minor))
               as p (account_id, sequence_number, amount_minor, balance_minor, held_minor)
         where l.debit_sequence is not null;
        get diagnostics written = row_count;
        postings_written := postings_written + written;
    end if;
    -- The caller counts how far the accounts have moved on; the rows come from the legs. The two must agree.
    if postings_written is distinct from posting_count then
        raise exception '% of % postings were written', postings_written, posting_count using errcode = 'assert_failure';
    end if;

    -- A limit without its detail would be lost.
    if cardinality(limits) is distinct from 0
        and (select count(*) from unnest(limits) as l join unnest(details) as d on d.transfer_id = l.transfer_id)
            is distinct from cardinality(limits) then
        raise exception 'a limit is of no transfer that has details' using errcode = 'assert_failure';
    end if;
    if cardinality(details) > 0 then
        insert into bank.transfer_detail (
            transfer_id, related_id, settles, expires_at, exchange_rate,
            sequence_number, balance_after_minor, held_after_minor, refused_leg, limit_minor, rest_minor)
        select d.transfer_id, d.related_id, d.settles, d.expires_at, d.exchange_rate,
               d.sequence_number, d.balance_after_minor, d.held_after_minor, d.refused_leg, l.limit_minor, l.rest_minor
          from unnest(details) as d
          left join unnest(limits) as l on l.transfer_id = d.transfer_id;
        get diagnostics written = row_count;
        if written <> cardinality(details) then
            raise exception '% of % details were written', written, cardinality(details) using errcode = 'assert_failure';
        end if;

        -- transfer_pkey; 4: a hold
        insert into bank.open_hold (transfer_id, debit_account_id, amount_minor, expires_at)
        select t.transfer_id, t.debit_account_id, t.amount_minor, d.expires_at
          from unnest(details) as d
          join bank.transfer t on t.transfer_id = d.transfer_id and t.kind = 4 and t.reason is null;
        -- open_hold_pkey
        delete from bank.open_hold h
         using unnest(details) as d
         where h.transfer_id = d.related_id
           and d.settles;
    end if;

    insert into bank.event (queue, customer_numbers, account_ids, sequence_numbers)
    select a.event_customer_number % 8,
           array_agg(a.event_customer_number),
           array_agg(a.account_id),
           array_agg(a.sequence_number)
      from unnest(accounts) as a
     where a.event_customer_number is not null
     group by a.event_customer_number % 8;

    return now_at;
end $$;
revoke execute on function bank.post_batch(
    integer, date, date, timestamptz, timestamptz, integer, bytea,
    bank.batch_account[], bank.batch_order[], bank.batch_leg[], bank.batch_detail[], bank.batch_limit[], bigint) from public;
grant execute on function bank.post_batch(
    integer, date, date, timestamptz, timestamptz, integer, bytea,
    bank.batch_account[], bank.batch_order[], bank.batch_leg[], bank.batch_detail[], bank.batch_limit[], bigint) to bkt_silo;
