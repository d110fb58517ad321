-- Trigger: the calendar is another one now.
create or replace function bank.count_calendar_change() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    update bank.calendar
       set version = version + 1;
    return null;
end $$;
revoke execute on function bank.count_calendar_change() from public;
