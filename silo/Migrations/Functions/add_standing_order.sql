-- Adds what a customer has ordered with an FNP in a session; one that is there already stays as it is. False where the customer has
-- orders_max that are active or paused. BK013: the session has ended.
create or replace function bank.add_standing_order(
    new_order_id uuid, of_customer integer, by_session uuid, debit_id bigint, credit_id bigint, minor bigint, new_reference text,
    new_frequency smallint, new_first_date date, new_end_date date, new_payments_max integer, new_day_rule smallint, new_place integer,
    new_due_on date, by_calendar bigint, orders_max integer) returns boolean
language plpgsql security definer
set search_path = ''
as $$
declare
    now_at timestamptz;
begin
    perform bank.hold_session(of_customer, by_session);
    -- One at a time for a customer, or each of two could be the last that fits.
    perform pg_catalog.pg_advisory_xact_lock(7310024, of_customer);
    -- standing_order_pkey, standing_order_of_customer
    if exists (select from bank.standing_order where order_id = new_order_id) then
        return true;
    end if;
    if (select count(*) from bank.standing_order where customer_number = of_customer and state in (1, 2)) >= orders_max then
        return false;
    end if;
    now_at := pg_catalog.clock_timestamp();
    insert into bank.standing_order (
        order_id, customer_number, debit_account_id, credit_account_id, amount_minor, reference, frequency, first_date, end_date,
        payments_max, day_rule, created_at, confirmed_at, next_place, next_due_on, calendar_version)
    values (
        new_order_id, of_customer, debit_id, credit_id, minor, new_reference, new_frequency, new_first_date, new_end_date,
        new_payments_max, new_day_rule, now_at, now_at, new_place, new_due_on, by_calendar)
        on conflict (order_id) do nothing;
    return true;
end $$;
revoke execute on function bank.add_standing_order(
    uuid, integer, uuid, bigint, bigint, bigint, text, smallint, date, date, integer, smallint, integer, date, bigint, integer)
    from public;
grant execute on function bank.add_standing_order(
    uuid, integer, uuid, bigint, bigint, bigint, text, smallint, date, date, integer, smallint, integer, date, bigint, integer)
    to bkt_silo;
