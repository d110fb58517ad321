-- Begins another attempt of a payment that has failed, which the customer has confirmed with an FNP of its own in a session: the request
-- by_request. False where it has not failed with this attempt, or was given up; the same request again changes nothing. BK013: the session
-- has ended.
create or replace function bank.retry_standing_order_payment(
    of_order uuid, of_day date, of_attempt integer, next_transfer_id uuid, next_attempt_after timestamptz, by_request uuid,
    by_session uuid) returns boolean
language plpgsql security definer
set search_path = ''
as $$
begin
    -- standing_order_pkey
    perform bank.hold_session((select customer_number from bank.standing_order where order_id = of_order), by_session);
    -- standing_order_payment_pkey
    update bank.standing_order_payment
       set state = 1, attempt = of_attempt + 1, transfer_id = next_transfer_id, attempt_after = next_attempt_after,
           confirmed = true, retry_id = by_request
     where order_id = of_order
       and due_on = of_day
       and attempt = of_attempt
       and state = 3
       and not given_up
       and retry_id is distinct from by_request;
    return found;
end $$;
revoke execute on function bank.retry_standing_order_payment(uuid, date, integer, uuid, timestamptz, uuid, uuid) from public;
grant execute on function bank.retry_standing_order_payment(uuid, date, integer, uuid, timestamptz, uuid, uuid) to bkt_silo;
