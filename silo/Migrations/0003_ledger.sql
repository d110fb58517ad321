-- The ledger in batches. Money moves through one function, bank.post_batch, and the silo's role can write the ledger's tables in no other way: a posting is always
-- written with its counterpart, under a check that nobody else has moved the accounts since they were read, and in a batch that is chained by its hash.

-- Accounts --------------------------------------------------------------------------------------------------------------

-- The version moves on with every change of the row: it is the fence against a writer that decided from an older state. Held is the sum of
-- the open holds. Frozen: 1 for debits, 2 for credits, 3 for both.
alter table bank.account
    add column version     bigint not null default 0,
    add column held_minor  bigint not null default 0 check (held_minor >= 0),
    add column frozen      smallint not null default 0 check (frozen between 0 and 3),
    add column closed_at   timestamptz,
    drop constraint balance_not_below_floor,
    add constraint available_not_below_floor check (floor_minor is null or balance_minor - held_minor >= floor_minor),
    add constraint floor_not_above_zero check (floor_minor <= 0),
    add constraint closed_is_empty check (closed_at is null or (balance_minor = 0 and held_minor = 0)),
    add constraint currency_of_the_ledger check (currency in ('ALL', 'EUR', 'USD', 'GBP', 'CHF', 'CAD', 'AUD'));
revoke update on bank.account from bkt_silo;
revoke update (balance_minor, sequence_number, booked_at) on bank.account from bkt_silo;

-- What the bank earns from fees; its position in a currency, through which exchanges go; and what it owes to other banks.
insert into bank.account (account_number, currency, opened_at)
select code || '-' || currency, currency, now()
  from unnest(array['FEES', 'POSITION', 'CLEARING']) as code
 cross join unnest(array['ALL', 'EUR', 'USD', 'GBP', 'CHF', 'CAD', 'AUD']) as currency;

-- Every change of what an account may do: the terms that hold from after the posting with this sequence number on.
create table bank.account_terms (
    account_id      bigint not null,
    version         bigint not null,
    sequence_number bigint not null,
    changed_at      timestamptz not null,
    floor_minor     bigint,
    frozen          smallint not null,
    closed          boolean not null,
    primary key (account_id, version)
);
grant select on bank.account_terms to bkt_silo;
create trigger append_only before update or delete or truncate on bank.account_terms
    for each statement execute function bank.refuse_change();

-- Chains of batches -----------------------------------------------------------------------------------------------------

-- Each run of a silo writes a chain of its own, so that no writer waits for another one's hash. A chain begins with the heads of all chains of that moment.
create table bank.chain (
    chain     integer generated always as identity primary key,
    silo      text not null,
    opened_at timestamptz not null default now(),
    heads     bytea not null,
    genesis   bytea not null check (octet_length(genesis) = 32)
);
grant select on bank.chain to bkt_silo;
create trigger append_only before update or delete or truncate on bank.chain
    for each statement execute function bank.refuse_change();

-- What one commit booked. content_hash: SHA-256 over the sorted hashes of its transfers. hash: SHA-256 over the hash of the batch before it in its chain (of the
-- first one the chain's genesis), chain, number, booking time in microseconds since 1970, business date in days since 2000, and content_hash; numbers are big-endian, 8 bytes.
create table bank.batch (
    batch_id       bigint generated always as identity primary key,
    chain          integer not null,
    number         bigint not null check (number > 0),
    booked_at      timestamptz not null,
    business_date  date not null,
    transfer_count integer not null check (transfer_count > 0),
    content_hash   bytea not null check (octet_length(content_hash) = 32),
    hash           bytea not null check (octet_length(hash) = 32),
    constraint one_place_in_chain unique (chain, number)
);
grant select on bank.batch to bkt_silo;
create trigger append_only before update or delete or truncate on bank.batch
    for each statement execute function bank.refuse_change();

create function bank.batch_hash(previous bytea, chain integer, number bigint, booked_at timestamptz, business_date date, content bytea) returns bytea
language sql immutable as $$
    select sha256(previous || int8send(chain) || int8send(number) || int8send((extract(epoch from booked_at) * 1000000)::bigint)
        || int8send(business_date - date '2000-01-01') || content)
$$;

-- The chains and the last number and hash of each, in the order of the chains.
create function bank.chain_heads() returns bytea
language sql stable as $$
    select coalesce(string_agg(int8send(c.chain) || int8send(coalesce(b.number, 0)) || coalesce(b.hash, c.genesis), '' order by c.chain), '')
      from bank.chain c
      left join lateral (select number, hash from bank.batch where chain = c.chain order by number desc limit 1) b on true
$$;

-- Silos that the cluster has declared dead. One of them may only be frozen, and wake up later: it books nothing any more.
create table bank.ended_silo (
    silo     text primary key,
    ended_at timestamptz not null default now()
);
grant select on bank.ended_silo to bkt_silo;

-- Opens a chain for a run of a silo (its address with its generation).
create function bank.open_chain(of_silo text) returns integer
language plpgsql security definer set search_path = '' as $$
declare
    opened integer;
begin
    perform pg_catalog.pg_advisory_xact_lock_shared(7310021, pg_catalog.hashtext(of_silo));
    if exists (select from bank.ended_silo where silo = of_silo) then
        raise exception 'the cluster has declared this silo dead' using errcode = 'BK003';
    end if;
    insert into bank.chain (silo, heads, genesis)
    select of_silo, heads, sha256(heads) from bank.chain_heads() as heads
    returning chain into opened;
    return opened;
end $$;
revoke execute on function bank.open_chain from public;
grant execute on function bank.open_chain to bkt_silo;

-- Ends silos: when this has committed, none of their batches can commit any more. It waits for those that are under way.
create function bank.end_silos(dead text[]) returns void
language plpgsql security definer set search_path = '' as $$
declare
    of_silo text;
begin
    for of_silo in select unnest(dead) except select silo from bank.ended_silo order by 1 loop
        insert into bank.ended_silo (silo) values (of_silo) on conflict do nothing;
        perform pg_catalog.pg_advisory_xact_lock(7310021, pg_catalog.hashtext(of_silo));
    end loop;
end $$;
revoke execute on function bank.end_silos from public;
grant execute on function bank.end_silos to bkt_silo;

-- Transfers -------------------------------------------------------------------------------------------------------------

-- What SHA-256 is taken over for one transfer: see TransferHash in the silo. The reference goes in by its own hash, because its length varies.
create function bank.transfer_hash(
    transfer_id uuid, kind smallint, debit bigint, credit bigint, amount bigint, debit_sequence bigint, credit_sequence bigint, reason smallint, reference text)
    returns bytea
language sql immutable as $$
    select sha256(uuid_send(transfer_id) || int8send(kind) || int8send(debit) || int8send(credit) || int8send(amount)
        || int8send(coalesce(debit_sequence, 0)) || int8send(coalesce(credit_sequence, 0)) || int8send(coalesce(reason, 0)) || sha256(convert_to(reference, 'UTF8')))
$$;

-- Rows of before: one batch for each booking time, in the chain of the migration.
alter table bank.transfer rename to transfer_before;
alter index bank.transfer_pkey rename to transfer_before_pkey;

-- One row a transfer id, for ever: decided in a batch, booked (its first leg with the sequence numbers of two postings), or without postings (a hold and its end), or refused for good.
create table bank.transfer (
    transfer_id       uuid primary key,
    batch_id          bigint not null,
    debit_account_id  bigint not null,
    credit_account_id bigint not null,
    amount_minor      bigint not null check (amount_minor > 0),
    debit_sequence    bigint,
    credit_sequence   bigint,
    kind              smallint not null check (kind between 1 and 10),
    reason            smallint,
    reference         text not null check (char_length(reference) <= 140),
    staff             text,
    constraint two_accounts check (debit_account_id <> credit_account_id),
    constraint posts_or_does_not check (
        (debit_sequence is null) = (credit_sequence is null)
        -- 4, 6, 7: a hold, its release, its expiry
        and (debit_sequence is null) = (reason is not null or kind in (4, 6, 7)))
);
create index transfer_batch on bank.transfer using brin (batch_id);

do $$
declare
    first_chain integer;
    previous bytea := sha256('');
    b record;
begin
    insert into bank.chain (silo, heads, genesis) values ('', '', previous) returning chain into first_chain;
    for b in
        select booked_at, business_date, row_number() over (order by booked_at, business_date) as number, count(*)::integer as transfers,
               sha256(string_agg(h, '' order by h)) as content_hash
          from (select t.*, bank.transfer_hash(
                           transfer_id, kind, debit_account_id, credit_account_id, amount_minor, debit_sequence, credit_sequence, reason, reference) as h
                  from bank.transfer_before t) hashed
         group by booked_at, business_date
         order by booked_at, business_date
    loop
        previous := bank.batch_hash(previous, first_chain, b.number, b.booked_at, b.business_date, b.content_hash);
        insert into bank.batch (chain, number, booked_at, business_date, transfer_count, content_hash, hash)
        values (first_chain, b.number, b.booked_at, b.business_date, b.transfers, b.content_hash, previous);
    end loop;
end $$;

insert into bank.transfer (
    transfer_id, batch_id, debit_account_id, credit_account_id, amount_minor, debit_sequence, credit_sequence, kind, reason, reference, staff)
select t.transfer_id, b.batch_id, t.debit_account_id, t.credit_account_id, t.amount_minor, t.debit_sequence, t.credit_sequence, t.kind, t.reason, t.reference, t.staff
  from bank.transfer_before t
  join bank.batch b using (booked_at, business_date)
 order by b.batch_id;
drop table bank.transfer_before;

grant select on bank.transfer to bkt_silo;
create trigger append_only before update or delete or truncate on bank.transfer
    for each statement execute function bank.refuse_change();

-- The legs after the first of a linked transfer. All legs are booked or none.
create table bank.leg (
    transfer_id       uuid not null,
    number            smallint not null check (number between 2 and 16),
    debit_account_id  bigint not null,
    credit_account_id bigint not null,
    amount_minor      bigint not null check (amount_minor > 0),
    debit_sequence    bigint,
    credit_sequence   bigint,
    primary key (transfer_id, number),
    constraint two_accounts check (debit_account_id <> credit_account_id),
    constraint posts_or_does_not check ((debit_sequence is null) = (credit_sequence is null))
);
grant select on bank.leg to bkt_silo;
create trigger append_only before update or delete or truncate on bank.leg
    for each statement execute function bank.refuse_change();

-- What only some transfers have. A hold: when it expires. What ends a hold, or reverses a transfer: its id; settles says that it did so, which only one can. An
-- exchange: its rate. A linked transfer that was refused: its leg at fault, from 0. Transfers without postings: the balance of the ordering account that they met, and what is held there after them.
create table bank.transfer_detail (
    transfer_id         uuid primary key,
    related_id          uuid,
    settles             boolean not null default false,
    expires_at          timestamptz,
    exchange_rate       numeric check (exchange_rate > 0),
    sequence_number     bigint,
    balance_after_minor bigint,
    held_after_minor    bigint,
    refused_leg         smallint,
    constraint settles_something check (not settles or related_id is not null)
);
create unique index settled_once on bank.transfer_detail (related_id) where settles;
grant select on bank.transfer_detail to bkt_silo;
create trigger append_only before update or delete or truncate on bank.transfer_detail
    for each statement execute function bank.refuse_change();

-- Holds that are not ended: what expiry looks through. bank.transfer and bank.transfer_detail are the record.
create table bank.open_hold (
    transfer_id      uuid primary key,
    debit_account_id bigint not null,
    amount_minor     bigint not null check (amount_minor > 0),
    expires_at       timestamptz not null
);
create index open_hold_by_expiry on bank.open_hold (expires_at);
grant select on bank.open_hold to bkt_silo;

-- Held: what was held on the account after the posting; null for nothing. bank.post_batch writes both postings of a leg and is the only way in, so no trigger has to sum them up.
alter table bank.posting add column held_after_minor bigint check (held_after_minor > 0);
drop trigger double_entry on bank.posting;
drop function bank.refuse_unbalanced();
revoke insert on bank.posting from bkt_silo;

-- Events ----------------------------------------------------------------------------------------------------------------

-- One row for a queue of a batch: which accounts it moved, up to which sequence number. The three arrays go together.
drop table bank.event;
create table bank.event (
    queue            smallint not null check (queue between 0 and 7),
    event_id         bigint not null default nextval('bank.event_id'),
    customer_numbers integer[] not null,
    account_ids      bigint[] not null,
    sequence_numbers bigint[] not null,
    primary key (queue, event_id),
    constraint arrays_go_together check (
        cardinality(customer_numbers) between 1 and 100000 and cardinality(customer_numbers) = cardinality(account_ids)
        and cardinality(account_ids) = cardinality(sequence_numbers))
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
grant select, delete on bank.event to bkt_silo;

-- What was posted and not notified yet.
insert into bank.event (queue, customer_numbers, account_ids, sequence_numbers)
select (a.customer_number % 8)::smallint, array[a.customer_number], array[a.account_id], array[a.sequence_number]
  from bank.account a
 where a.customer_number is not null
   and a.sequence_number > coalesce((
       select max(n.sequence_number) from bank.notification n where n.account_id = a.account_id and n.customer_number = a.customer_number), 0);

-- Posting ---------------------------------------------------------------------------------------------------------------

-- Locks accounts in the order of their ids, so that two transactions never wait for each other in a circle, and keeps the business date until the end of the
-- transaction. A function, because a lock needs the right to update, and the silo's role has none.
create function bank.lock_accounts(ids bigint[]) returns setof bank.account
language plpgsql security definer set search_path = '' as $$
begin
    perform pg_catalog.pg_advisory_xact_lock_shared(7310020);
    return query
        select *
          from bank.account
         where account_id = any(ids)
         order by account_id
           for no key update;
end $$;
revoke execute on function bank.lock_accounts from public;
grant execute on function bank.lock_accounts to bkt_silo;

-- Books a batch that a silo has decided, in one transaction with whatever stands around it, and gives its booking time: now, but not before the last booking of its accounts
-- (not_before) and after the last batch of its chain.
--
-- Refusals, after which nothing is written:
-- BK001 the business date is another one than that of the decision;
-- BK002 an account is not as it was when the batch was decided: decide again on locked rows;
-- BK003 the cluster has declared the silo dead;
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
    event_customers integer[], event_accounts bigint[], event_sequences bigint[], further_legs jsonb default null, details jsonb default null)
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

    select number, hash, booked_at into previous_number, previous_hash, previous_at from bank.batch where chain = writer_chain order by number desc limit 1;
    if not found then
        select 0, genesis, '-infinity' into strict previous_number, previous_hash, previous_at from bank.chain where chain = writer_chain;
    end if;
    -- A clock that was set back must not make the bookings of an account, or of this chain, run backwards.
    now_at := greatest(pg_catalog.clock_timestamp(), not_before, previous_at + interval '1 microsecond');

    update bank.account a
       set balance_minor = n.balance, sequence_number = n.sequence, held_minor = n.held, version = a.version + 1, booked_at = now_at
      from unnest(account_ids, account_versions, account_balances, account_sequences, account_held) as n (id, version, balance, sequence, held)
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
        transfer_id, batch_id, debit_account_id, credit_account_id, amount_minor, debit_sequence, credit_sequence, kind, reason, reference, staff)
    select t.id, new_batch, t.debit, t.credit, t.amount, t.debit_sequence, t.credit_sequence, t.kind, t.reason, t.reference, t.staff
      from unnest(transfer_ids, debit_ids, credit_ids, amounts, debit_sequences, credit_sequences, transfer_kinds, transfer_reasons, transfer_references, transfer_staff)
           as t (id, debit, credit, amount, debit_sequence, credit_sequence, kind, reason, reference, staff);

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

-- Terms -----------------------------------------------------------------------------------------------------------------

-- Changes what an account may do, and keeps the terms that hold from here on. The caller has locked the row and checked that the change is allowed; the constraints of the table are the fence.
create function bank.change_terms(changed_account bigint, new_floor bigint, new_freeze smallint, new_closed boolean, at timestamptz) returns bigint
language sql security definer set search_path = '' as $$
    update bank.account
       set floor_minor = new_floor, frozen = new_freeze, version = version + 1,
           closed_at = case when new_closed then coalesce(closed_at, at) end
     where account_id = changed_account;
    insert into bank.account_terms (account_id, version, sequence_number, changed_at, floor_minor, frozen, closed)
    select account_id, version, sequence_number, at, floor_minor, frozen, closed_at is not null
      from bank.account
     where account_id = changed_account
    returning version
$$;
revoke execute on function bank.change_terms from public;
grant execute on function bank.change_terms to bkt_silo;

-- Verification ----------------------------------------------------------------------------------------------------------

-- How far the ledger was proven, and without a violation: the last batch of each chain, and the fingerprint of the accounts at that point.
create table bank.verification (
    verification_id     bigint generated always as identity primary key,
    verified_at         timestamptz not null default now(),
    chains              integer[] not null,
    numbers             bigint[] not null,
    account_fingerprint numeric not null
);
grant select, insert on bank.verification to bkt_silo;
create trigger append_only before update or delete or truncate on bank.verification
    for each statement execute function bank.refuse_change();
