-- What the hash of a transfer is taken over, by chain: 3, besides what 2 says, the originator (TransferHash in the silo). A silo of
-- before goes on with the chain that it has opened.
alter table bank.chain
    drop constraint chain_hash_version_check,
    add constraint known_hash_version check (hash_version between 1 and 3) not valid;
