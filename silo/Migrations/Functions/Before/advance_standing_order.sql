-- For silos of the version before, which do not say what terms they have read. It goes with the version after this one.
create or replace function bank.advance_standing_order(
    order_to_advance uuid, seen_place integer, seen_due_on date, due boolean, first_transfer_id uuid, first_attempt_after timestamptz,
    new_place integer, new_due_on date, ended boolean, by_calendar bigint) returns boolean
language sql
set search_path = ''
as $$
    select bank.advance_standing_order(
        order_to_advance, (select version from bank.standing_order where order_id = order_to_advance), seen_place, seen_due_on, due,
        first_transfer_id, first_attempt_after, new_place, new_due_on, ended, by_calendar)
$$;
revoke execute on function bank.advance_standing_order(
    uuid, integer, date, boolean, uuid, timestamptz, integer, date, boolean, bigint) from public;
grant execute on function bank.advance_standing_order(
    uuid, integer, date, boolean, uuid, timestamptz, integer, date, boolean, bigint) to bkt_silo;
