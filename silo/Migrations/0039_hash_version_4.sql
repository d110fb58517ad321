-- What the hash of a transfer is taken over, by chain: 4, besides what 3 says, the limit that a refused transfer would have broken
-- and what it left (TransferHash in the silo). A silo of before goes on with the chain that it has opened.
alter table bank.chain
    drop constraint known_hash_version,
    add constraint known_hash_version check (hash_version between 1 and 4) not valid;
