-- Which of some accounts a transaction of somebody else holds locked at this moment, by which transaction, and whose that is. A
-- function, because a lock needs the right to update, and the silo's role has none.
create or replace function bank.held_accounts(ids bigint[])
    returns table (account_id bigint, holder xid, holder_name text)
language sql security definer
set search_path = ''
as $$
    -- account_pkey
    with free as materialized (
        select a.account_id
          from bank.account a
         where a.account_id = any(ids)
         order by a.account_id
           for no key update skip locked)
    select a.account_id, a.xmax, coalesce((
               select pg_catalog.format('%L (process %s)', s.application_name, l.pid)
                 from pg_catalog.pg_locks l
                 join pg_catalog.pg_stat_activity s on s.pid = l.pid
                where l.locktype = 'transactionid'
                  and l.transactionid = a.xmax
                  and l.granted
                limit 1), '')
      from bank.account a
     where a.account_id = any(ids)
       and a.account_id not in (select f.account_id from free f)
$$;
revoke execute on function bank.held_accounts(bigint[]) from public;
grant execute on function bank.held_accounts(bigint[]) to bkt_silo;
