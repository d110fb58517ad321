-- Makes the positions that inboxes do not have yet, at the beginning, and the inboxes themselves.
create or replace function bank.open_inbox_positions(customers integer[], sources bigint[])
    returns void
language plpgsql security definer
set search_path = ''
as $$
begin
    -- inbox_pkey
    insert into bank.inbox (customer_number)
    select distinct o.customer_number
      from unnest(customers) as o (customer_number)
     where not exists (
           select
             from bank.inbox i
            where i.customer_number = o.customer_number)
     order by o.customer_number
    on conflict do nothing;
    -- inbox_position_pkey
    insert into bank.inbox_position (customer_number, source, position)
    select o.customer_number, o.source, 0
      from unnest(customers, sources) as o (customer_number, source)
     where not exists (
           select
             from bank.inbox_position p
            where p.customer_number = o.customer_number
              and p.source = o.source)
     order by o.customer_number, o.source
    on conflict do nothing;
end $$;
revoke execute on function bank.open_inbox_positions(integer[], bigint[]) from public;
grant execute on function bank.open_inbox_positions(integer[], bigint[]) to bkt_silo;
