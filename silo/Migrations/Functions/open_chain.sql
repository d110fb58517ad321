-- Opens a chain for a run of a silo (its address with its generation). BK003: the cluster has declared the silo dead.
--
-- It begins with the head of the chain that was opened before it, and of every chain that has moved since then: what stood still,
-- an earlier chain has taken in. An hour more, because a batch may be committed late. So a chain takes as much room after a
-- thousand starts as after ten.
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
      from (
            -- one_place_in_chain
            select coalesce(
                       string_agg(int8send(c.chain) || int8send(coalesce(b.number, 0)) || coalesce(b.hash, c.genesis), ''
                                  order by c.chain), '') as heads
              from bank.chain c
              left join lateral (
                   select number, hash, booked_at from bank.batch where chain = c.chain order by number desc limit 1) b on true
             where c.chain = (select max(chain) from bank.chain)
                or b.booked_at > (select max(opened_at) from bank.chain) - interval '1 hour') as moved
    returning chain into opened;
    return opened;
end $$;
revoke execute on function bank.open_chain(text, smallint) from public;
grant execute on function bank.open_chain(text, smallint) to bkt_silo;
