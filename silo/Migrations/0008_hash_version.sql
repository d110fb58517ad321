-- What the hash of a transfer is taken over, by chain: 1, what 0003 says; 2, besides, the approval of a payment and who of the
-- staff gave the order (TransferHash in the silo). A silo of before goes on with the chain that it has opened.
alter table bank.chain add column hash_version smallint not null default 1 check (hash_version between 1 and 2);

-- It knows no version.
drop function if exists bank.open_chain;
