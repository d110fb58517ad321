-- Completes an order of which no date is to come and nothing is due. Whoever calls it holds the row of the order.
create or replace function bank.complete_standing_order(of_order uuid) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
    -- standing_order_pkey, standing_order_payment_pkey
    update bank.standing_order
       set state = 4, version = version + 1
     where order_id = of_order
       and state = 1
       and dates_ended
       and not exists (select from bank.standing_order_payment where order_id = of_order and state = 1);
end $$;
revoke execute on function bank.complete_standing_order(uuid) from public;
