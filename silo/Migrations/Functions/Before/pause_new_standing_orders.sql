-- For silos of the version with 0045 as its last migration of standing orders. It goes with the version after this one.
create or replace function bank.pause_new_standing_orders(of_customer integer, since timestamptz, event_kind smallint) returns void
language plpgsql security definer
set search_path = ''
as $$
declare
    paused record;
begin
    -- All of them first: whoever settles a payment holds its order when he tells of it.
    perform from bank.standing_order
      where customer_number = of_customer
      order by order_id
        for no key update;
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
revoke execute on function bank.pause_new_standing_orders(integer, timestamptz, smallint) from public;
grant execute on function bank.pause_new_standing_orders(integer, timestamptz, smallint) to bkt_silo;
