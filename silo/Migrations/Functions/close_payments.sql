-- End-of-day, step 3: sets aside the payments of standing orders that were due by the date and have no outcome.
create or replace function bank.close_payments(of_date date) returns void
language plpgsql security definer
set search_path = ''
as $$
declare
    opened date := coalesce((select business_date from bank.end_of_day where next_date = of_date), '-infinity');
begin
    perform from bank.end_of_day_step where business_date = of_date and step = 3 and finished_at is null for update;
    if not found then
        return;
    end if;
    -- standing_order_payment_due
    perform bank.set_aside(
                of_date, 3::smallint, array_agg(order_id || '/' || due_on), array_agg('it was due and has no outcome'::text))
       from bank.standing_order_payment
      where state = 1
        and due_on <= of_date;
    -- standing_order_payment_by_day
    update bank.end_of_day_step
       set (done, total) = (
           select count(*) filter (where state <> 1), count(*)
             from bank.standing_order_payment
            where due_on > opened
              and due_on <= of_date)
     where business_date = of_date
       and step = 3;
    perform bank.finish_end_of_day_step(of_date, 3::smallint);
end $$;
revoke execute on function bank.close_payments(date) from public;
grant execute on function bank.close_payments(date) to bkt_silo;
