-- For silos of the version with 0045 as its last migration of standing orders. It goes with the version after this one.
create or replace function bank.retry_standing_order_payment(
    of_order uuid, of_day date, of_attempt integer, next_transfer_id uuid, next_attempt_after timestamptz, by_request uuid)
    returns boolean
language plpgsql security definer
set search_path = ''
as $$
begin
    -- standing_order_payment_pkey
    update bank.standing_order_payment
       set state = 1, attempt = of_attempt + 1, transfer_id = next_transfer_id, attempt_after = next_attempt_after,
           confirmed = true, given_up = false, retry_id = by_request
     where order_id = of_order
       and due_on = of_day
       and attempt = of_attempt
       and state = 3
       and retry_id is distinct from by_request;
    return found;
end $$;
revoke execute on function bank.retry_standing_order_payment(uuid, date, integer, uuid, timestamptz, uuid) from public;
grant execute on function bank.retry_standing_order_payment(uuid, date, integer, uuid, timestamptz, uuid) to bkt_silo;
