-- Makes of an attempt what the ledger has on record under its transfer_id: booked; or refused, and then there is another attempt
-- under next_transfer_id after next_attempt_after, or, where that is null, the payment has failed. With cause, a failed one pauses
-- the order. The customer is told of an order that is paused by paused_kind, and of another failure by failed_kind; of nothing where they
-- are null. False where somebody else was here first.
--
-- P0004 (assert_failure): nothing is recorded under the id. That is a defect: what the ledger has not decided may still be booked.
create or replace function bank.settle_standing_order_payment(
    of_order uuid, of_day date, of_attempt integer, next_transfer_id uuid, next_attempt_after timestamptz, cause smallint,
    failed_kind smallint, paused_kind smallint, event_detail jsonb) returns boolean
language plpgsql security definer
set search_path = ''
as $$
declare
    attempted uuid;
    refused smallint;
    customer integer;
    event_kind smallint := failed_kind;
begin
    -- The order first, as wherever both are locked.
    select customer_number
      into strict customer
      from bank.standing_order
     where order_id = of_order
       for no key update;
    select transfer_id
      into attempted
      from bank.standing_order_payment
     where order_id = of_order
       and due_on = of_day
       and attempt = of_attempt
       and state = 1
       for no key update;
    if not found then
        return false;
    end if;
    select reason
      into refused
      from bank.transfer
     where transfer_id = attempted;
    if not found then
        raise exception 'the ledger has nothing under the id of this attempt' using errcode = 'assert_failure';
    end if;

    if refused is null then
        update bank.standing_order_payment
           set state = 2, attempt_after = null, reason = null
         where order_id = of_order and due_on = of_day;
    elsif next_attempt_after is not null then
        update bank.standing_order_payment
           set attempt = of_attempt + 1, transfer_id = next_transfer_id, attempt_after = next_attempt_after, reason = refused,
               confirmed = false
         where order_id = of_order and due_on = of_day;
    else
        update bank.standing_order_payment
           set state = 3, attempt_after = null, reason = refused
         where order_id = of_order and due_on = of_day;
        if cause is not null then
            update bank.standing_order
               set state = 2, pause_cause = cause, next_due_on = null, version = version + 1
             where order_id = of_order
               and state = 1
               and not dates_ended;
            if found then
                event_kind := paused_kind;
                perform bank.give_up_standing_order(of_order);
            end if;
        end if;
        if event_kind is not null then
            perform bank.tell_customer(customer, event_kind, event_detail);
        end if;
    end if;
    perform bank.complete_standing_order(of_order);
    return true;
end $$;
revoke execute on function bank.settle_standing_order_payment(
    uuid, date, integer, uuid, timestamptz, smallint, smallint, smallint, jsonb) from public;
grant execute on function bank.settle_standing_order_payment(
    uuid, date, integer, uuid, timestamptz, smallint, smallint, smallint, jsonb) to bkt_silo;
