-- Locks the calendar until the end of the transaction, so that changes by staff come one after the other, and says which request
-- changed a day last: zero where none did.
create or replace function bank.lock_calendar(of_day date) returns bigint
language plpgsql security definer
set search_path = ''
as $$
begin
    perform from bank.calendar for update;
    -- calendar_day_pkey
    return coalesce((select approval_id from bank.calendar_day where day = of_day), 0);
end $$;
revoke execute on function bank.lock_calendar(date) from public;
grant execute on function bank.lock_calendar(date) to bkt_silo;
