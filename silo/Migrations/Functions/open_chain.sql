-- Opens a chain for a run of a silo (its address with its generation). BK003: the cluster has declared the silo dead.
create or replace function bank.open_chain(of_silo text, of_hash_version smallint default 1) returns integer
language plpgsql security definer
set search_path = ''
as $$
declare
    opened integer;
begin
    perform pg_catalog.pg_advisory_xact_lock_shared(7310021, pg_catalog.hashtext(of_silo));
    -- ended_silo_pkey
    if exists (select from bank.ended_silo where silo = of_silo) then
        raise exception 'the cluster has declared this silo dead' using errcode = 'BK003';
    end if;
    insert into bank.chain (silo, heads, genesis, hash_version)
    select of_silo, heads, sha256(heads), of_hash_version
      from bank.chain_heads() as heads
    returning chain into opened;
    return opened;
end $$;
revoke execute on function bank.open_chain(text, smallint) from public;
grant execute on function bank.open_chain(text, smallint) to bkt_silo;
