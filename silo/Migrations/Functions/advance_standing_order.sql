-- Moves an active standing order on to its next date. With due_on, the payment of that date becomes one that is due, as the order
-- stands now; without, its date is only reckoned again. Whoever read the order decides what is next: new_due_on, or, where nothing is
-- to come, ended. False where the order has moved on, or has other terms than those by which that was reckoned (seen_version).
create or replace function bank.advance_standing_order(
    order_to_advance uuid, seen_version integer, seen_place integer, seen_due_on date, due boolean, first_transfer_id uuid,
    first_attempt_after timestamptz, new_place integer, new_due_on date, ended boolean, by_calendar bigint) returns boolean
language plpgsql security definer
set search_path = ''
as $$
declare
    made integer := 0;
begin
    -- standing_order_pkey
    perform from bank.standing_order
      where order_id = order_to_advance
        and state = 1
        and version = seen_version
        and next_place = seen_place
        and next_due_on is not distinct from seen_due_on
        for no key update;
    if not found then
        return false;
    end if;
    if due then
        -- An order whose dates were moved about does not pay twice for one.
        insert into bank.standing_order_payment (
            order_id, due_on, debit_account_id, credit_account_id, amount_minor, reference, transfer_id, attempt_after)
        select order_id, next_due_on, debit_account_id, credit_account_id, amount_minor, reference, first_transfer_id, first_attempt_after
          from bank.standing_order
         where order_id = order_to_advance
            on conflict (order_id, due_on) do nothing;
        get diagnostics made = row_count;
    end if;
    update bank.standing_order
       set next_place = new_place,
           next_due_on = new_due_on,
           payments_made = payments_made + made,
           calendar_version = by_calendar,
           dates_ended = ended
     where order_id = order_to_advance;
    perform bank.complete_standing_order(order_to_advance);
    return true;
end $$;
revoke execute on function bank.advance_standing_order(
    uuid, integer, integer, date, boolean, uuid, timestamptz, integer, date, boolean, bigint) from public;
grant execute on function bank.advance_standing_order(
    uuid, integer, integer, date, boolean, uuid, timestamptz, integer, date, boolean, bigint) to bkt_silo;
