-- Locks accounts in the order of their ids, so that two transactions never wait for each other in a circle, and keeps the
-- business date until the end of the transaction. A function, because a lock needs the right to update, and the silo's role
-- has none.
create or replace function bank.lock_accounts(ids bigint[]) returns setof bank.account
language plpgsql security definer
set search_path = ''
as $$
begin
    perform pg_catalog.pg_advisory_xact_lock_shared(7310020);
    return query
        -- account_pkey
        select *
          from bank.account
         where account_id = any(ids)
         order by account_id
           for no key update;
end $$;
revoke execute on function bank.lock_accounts(bigint[]) from public;
grant execute on function bank.lock_accounts(bigint[]) to bkt_silo;
