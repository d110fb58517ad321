-- Gives a standing order other terms, another state, or both, as whoever read version seen had decided. False where it has moved on: its
-- dates never go back. What is due already stays as it was ordered. A cancelled or completed order is never changed. by_session: in
-- which an FNP was given that lets it pay; null for what only stops it. BK013: that session has ended. The customer is told by event_kind,
-- and of nothing where that is null.
create or replace function bank.change_standing_order(
    order_to_change uuid, seen integer, new_amount_minor bigint, new_reference text, new_end_date date, new_payments_max integer,
    new_state smallint, new_pause_cause smallint, new_place integer, new_due_on date, by_calendar bigint, by_session uuid,
    event_kind smallint, event_detail jsonb)
    returns boolean
language plpgsql security definer
set search_path = ''
as $$
declare
    -- standing_order_pkey
    customer integer := (select customer_number from bank.standing_order where order_id = order_to_change);
begin
    if by_session is not null then
        perform bank.hold_session(customer, by_session);
    end if;
    -- standing_order_pkey
    update bank.standing_order
       set dates_ended = false,
           amount_minor = new_amount_minor,
           reference = new_reference,
           end_date = new_end_date,
           payments_max = new_payments_max,
           state = new_state,
           pause_cause = new_pause_cause,
           next_place = new_place,
           next_due_on = new_due_on,
           calendar_version = by_calendar,
           confirmed_at = case when by_session is null then confirmed_at else pg_catalog.clock_timestamp() end,
           version = version + 1
     where order_id = order_to_change
       and version = seen
       and next_place <= new_place
       and state in (1, 2);
    if not found then
        return false;
    end if;
    if new_state <> 1 then
        perform bank.give_up_standing_order(order_to_change);
    end if;
    if event_kind is not null then
        perform bank.tell_customer(customer, event_kind, event_detail);
    end if;
    return true;
end $$;
revoke execute on function bank.change_standing_order(
    uuid, integer, bigint, text, date, integer, smallint, smallint, integer, date, bigint, uuid, smallint, jsonb) from public;
grant execute on function bank.change_standing_order(
    uuid, integer, bigint, text, date, integer, smallint, smallint, integer, date, bigint, uuid, smallint, jsonb) to bkt_silo;
