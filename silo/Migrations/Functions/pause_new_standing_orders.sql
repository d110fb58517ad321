-- Pauses the standing orders of a customer for which an FNP was given within a time: it may have been one that the customer has
-- reported. Each is told to the customer. What is tried again with an FNP of its own is given up, however old its order is. Whoever calls
-- it has ended all sessions of the customer in the same transaction before.
create or replace function bank.pause_new_standing_orders(of_customer integer, probation interval, event_kind smallint) returns void
language plpgsql security definer
set search_path = ''
as $$
declare
    since timestamptz := pg_catalog.clock_timestamp() - probation;
    paused record;
begin
    -- All of them first: whoever settles a payment holds its order when he tells of it.
    perform from bank.standing_order
      where customer_number = of_customer
      order by order_id
        for no key update;
    -- standing_order_of_customer, standing_order_payment_pkey
    update bank.standing_order_payment p
       set confirmed = false,
           given_up = true,
           attempt_after = least(p.attempt_after, pg_catalog.clock_timestamp())
      from bank.standing_order o
     where o.customer_number = of_customer
       and p.order_id = o.order_id
       and p.state = 1
       and p.confirmed;
    for paused in
        select o.order_id, o.amount_minor, a.currency, c.account_number
          from bank.standing_order o
          join bank.account a on a.account_id = o.debit_account_id
          join bank.account c on c.account_id = o.credit_account_id
         where o.customer_number = of_customer
           and o.state in (1, 2)
           and o.pause_cause is distinct from 5
           and o.confirmed_at >= since
         order by o.order_id
    loop
        -- standing_order_pkey
        update bank.standing_order
           set state = 2, pause_cause = 5, next_due_on = null, version = version + 1
         where order_id = paused.order_id;
        perform bank.give_up_standing_order(paused.order_id);
        perform bank.tell_customer(of_customer, event_kind, pg_catalog.jsonb_build_object(
            'minor', paused.amount_minor, 'currency', paused.currency, 'payee', paused.account_number, 'cause', 5));
    end loop;
end $$;
revoke execute on function bank.pause_new_standing_orders(integer, interval, smallint) from public;
grant execute on function bank.pause_new_standing_orders(integer, interval, smallint) to bkt_silo;
