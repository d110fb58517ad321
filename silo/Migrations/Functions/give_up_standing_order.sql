-- Gives up what is due of an order that was stopped, but for what the customer has just confirmed again: a silo settles the ids of the
-- attempts, and what is not booked by then never is. Whoever calls it holds the row of the order.
create or replace function bank.give_up_standing_order(of_order uuid) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
    -- standing_order_payment_pkey
    update bank.standing_order_payment
       set given_up = true,
           attempt_after = least(attempt_after, pg_catalog.clock_timestamp())
     where order_id = of_order
       and state = 1
       and not confirmed;
end $$;
revoke execute on function bank.give_up_standing_order(uuid) from public;
