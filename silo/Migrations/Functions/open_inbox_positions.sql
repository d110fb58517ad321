-- Makes the positions that inboxes do not have yet: at the last notification of the account, or at the beginning.
create or replace function bank.open_inbox_positions(customers integer[], sources bigint[])
    returns void
language sql security definer
set search_path = ''
as $$
    -- inbox_position_pkey, one_per_posting
    insert into bank.inbox_position (customer_number, source, position)
    select o.customer_number, o.source, coalesce((
           select max(sequence_number)
             from bank.notification
            where account_id = o.source
              and customer_number = o.customer_number), 0)
      from unnest(customers, sources) as o (customer_number, source)
     where not exists (
           select
             from bank.inbox_position p
            where p.customer_number = o.customer_number
              and p.source = o.source)
     order by o.customer_number, o.source
    on conflict do nothing
$$;
revoke execute on function bank.open_inbox_positions(integer[], bigint[]) from public;
grant execute on function bank.open_inbox_positions(integer[], bigint[]) to bkt_silo;
