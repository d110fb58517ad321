-- What the hash of a transfer is taken over, by chain: 1, what 0003 says; 2, besides, the approval of a payment and who of the staff gave the order (TransferHash in the silo). A silo of before goes on with
-- the chain that it has opened.
alter table bank.chain add column hash_version smallint not null default 1 check (hash_version between 1 and 2);

drop function bank.open_chain;
create function bank.open_chain(of_silo text, of_hash_version smallint default 1) returns integer
language plpgsql security definer set search_path = '' as $$
declare
    opened integer;
begin
    perform pg_catalog.pg_advisory_xact_lock_shared(7310021, pg_catalog.hashtext(of_silo));
    if exists (select from bank.ended_silo where silo = of_silo) then
        raise exception 'the cluster has declared this silo dead' using errcode = 'BK003';
    end if;
    insert into bank.chain (silo, heads, genesis, hash_version)
    select of_silo, heads, sha256(heads), of_hash_version from bank.chain_heads() as heads
    returning chain into opened;
    return opened;
end $$;
revoke execute on function bank.open_chain from public;
grant execute on function bank.open_chain to bkt_silo;
