-- What opened an account, and every change of its terms: whose it is, its number, its currency, and what it may do from the posting
-- with this sequence number on. Version 0 is the opening; the others are those of bank.account_terms. An entry is written when its
-- transaction commits, by whatever wrote the account or its terms, and each is hashed over the one before.
create table bank.account_history (
    number          bigint primary key,
    account_id      bigint not null,
    version         bigint not null,
    account_number  text not null,
    customer_number integer,
    currency        text not null,
    sequence_number bigint not null,
    floor_minor     bigint,
    frozen          smallint not null,
    closed          boolean not null,
    hash            bytea not null check (octet_length(hash) = 32),
    constraint one_entry_a_version unique (account_id, version),
    constraint fields_are_separate check (position('|' in account_number) = 0)
);
grant select on bank.account_history to bkt_silo;
create trigger append_only before update or delete or truncate on bank.account_history
    for each statement execute function bank.refuse_change();

-- function: account_history_due
-- function: record_account

create constraint trigger recorded after insert on bank.account deferrable initially deferred
    for each row execute function bank.record_account();
create constraint trigger recorded after insert on bank.account_terms deferrable initially deferred
    for each row execute function bank.record_account();

-- What somebody outside needs to hold the ledger to a proof: the ends of its chains, and of the accounts' history.
alter table bank.verification add column heads jsonb;
