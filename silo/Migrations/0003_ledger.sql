-- The ledger in batches. Money moves through one function, bank.post_batch, and the silo's role can write the ledger's tables
-- in no other way: a posting is always written with its counterpart, under a check that nobody else has moved the accounts
-- since they were read, and in a batch that is chained by its hash.

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

-- Each run of a silo writes a chain of its own, so that no writer waits for another one's hash. A chain begins with the heads
-- of all chains of that moment.
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

-- What one commit booked. content_hash: SHA-256 over the sorted hashes of its transfers. hash: SHA-256 over the hash of the
-- batch before it in its chain (of the first one the chain's genesis), chain, number, booking time in microseconds since 1970,
-- business date in days since 2000, and content_hash; numbers are big-endian, 8 bytes.
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

-- function: batch_hash

-- Silos that the cluster has declared dead. One of them may only be frozen, and wake up later: it books nothing any more.
create table bank.ended_silo (
    silo     text primary key,
    ended_at timestamptz not null default now()
);
grant select on bank.ended_silo to bkt_silo;

-- Transfers -------------------------------------------------------------------------------------------------------------

-- function: transfer_hash

-- Rows of before: one batch for each booking time, in the chain of the migration.
alter table bank.transfer rename to transfer_before;
alter index bank.transfer_pkey rename to transfer_before_pkey;

-- One row a transfer id, for ever: decided in a batch, booked (its first leg with the sequence numbers of two postings), or
-- without postings (a hold and its end), or refused for good.
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
                           transfer_id, kind, debit_account_id, credit_account_id, amount_minor,
                           debit_sequence, credit_sequence, reason, reference) as h
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
    transfer_id, batch_id, debit_account_id, credit_account_id, amount_minor, debit_sequence, credit_sequence,
    kind, reason, reference, staff)
select t.transfer_id, b.batch_id, t.debit_account_id, t.credit_account_id, t.amount_minor, t.debit_sequence, t.credit_sequence,
       t.kind, t.reason, t.reference, t.staff
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

-- What only some transfers have. A hold: when it expires. What ends a hold, or reverses a transfer: its id; settles says that
-- it did so, which only one can. An exchange: its rate. A linked transfer that was refused: its leg at fault, from 0. Transfers
-- without postings: the balance of the ordering account that they met, and what is held there after them.
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

-- Held: what was held on the account after the posting; null for nothing. bank.post_batch writes both postings of a leg and is
-- the only way in, so no trigger has to sum them up.
alter table bank.posting add column held_after_minor bigint check (held_after_minor > 0);
drop trigger if exists double_entry on bank.posting;
drop function if exists bank.refuse_unbalanced();
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
       select max(n.sequence_number)
         from bank.notification n
        where n.account_id = a.account_id
          and n.customer_number = a.customer_number), 0);

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
