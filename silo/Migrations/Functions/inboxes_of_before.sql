-- Inboxes as the notifications say, of customers who have none yet: up to the last notification of each account.
create or replace function bank.inboxes_of_before(customers integer[])
    returns setof bank.inbox
language sql stable
set plan_cache_mode = force_generic_plan
as $$
    -- notification_pkey, account_by_customer, one_per_posting
    select c.customer_number,
           coalesce((select max(number) from bank.notification where customer_number = c.customer_number), 0),
           coalesce(array_agg(a.account_id) filter (where n.last > 0), '{}'),
           coalesce(array_agg(n.last) filter (where n.last > 0), '{}')
      from unnest(customers) as c (customer_number)
      left join bank.account a on a.customer_number = c.customer_number
      left join lateral (
           select max(sequence_number) as last
             from bank.notification
            where account_id = a.account_id
              and customer_number = c.customer_number) n on true
     group by c.customer_number
$$;
