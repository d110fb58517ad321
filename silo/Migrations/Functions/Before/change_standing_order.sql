-- For silos of the version with 0045 as its last migration of standing orders. It goes with the version after this one.
create or replace function bank.change_standing_order(
    order_to_change uuid, seen integer, new_amount_minor bigint, new_reference text, new_end_date date, new_payments_max integer,
    new_state smallint, new_pause_cause smallint, new_place integer, new_due_on date, by_calendar bigint, by_fnp_at timestamptz)
    returns boolean
language plpgsql security definer
set search_path = ''
as $$
begin
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
           confirmed_at = coalesce(by_fnp_at, confirmed_at),
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
    return true;
end $$;
revoke execute on function bank.change_standing_order(
    uuid, integer, bigint, text, date, integer, smallint, smallint, integer, date, bigint, timestamptz) from public;
grant execute on function bank.change_standing_order(
    uuid, integer, bigint, text, date, integer, smallint, smallint, integer, date, bigint, timestamptz) to bkt_silo;
