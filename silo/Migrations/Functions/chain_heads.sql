-- The chains and the last number and hash of each, in the order of the chains, for a copy that is kept elsewhere.
create or replace function bank.chain_heads() returns bytea
language sql stable as $$
    -- one_place_in_chain
    select coalesce(
               string_agg(int8send(c.chain) || int8send(coalesce(b.number, 0)) || coalesce(b.hash, c.genesis), '' order by c.chain), '')
      from bank.chain c
      left join lateral (select number, hash from bank.batch where chain = c.chain order by number desc limit 1) b on true
$$;
