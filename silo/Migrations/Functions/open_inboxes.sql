-- Makes the inboxes of customers who have none.
create or replace function bank.open_inboxes(customers integer[])
    returns void
language sql security definer
set search_path = ''
as $$
    insert into bank.inbox
    select *
      from bank.inboxes_of_before(array(
           select customer_number
             from unnest(customers) as c (customer_number)
            where not exists (select from bank.inbox i where i.customer_number = c.customer_number)))
     order by customer_number
    on conflict do nothing
$$;
revoke execute on function bank.open_inboxes(integer[]) from public;
grant execute on function bank.open_inboxes(integer[]) to bkt_silo;
