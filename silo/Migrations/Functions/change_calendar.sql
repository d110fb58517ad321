-- Changes the days of the calendar that a confirmed request names, if the day that it is about is still as the request was made
-- on: so each is good for one change. It holds the business date until the commit, so that end-of-day either is over, and counts
-- here, or reckons with what is written here.
--
-- BK006: there is no such request. BK012: one of the days is not after the business date, or not after the day, in Tirana, on
-- which the request was confirmed. Nothing is changed then.
create or replace function bank.change_calendar(confirmed_approval bigint) returns void
language plpgsql security definer
set search_path = ''
as $$
declare
    request bank.approval;
    change jsonb;
    open_date date;
begin
    -- approval_pkey
    select *
      into request
      from bank.approval
     where approval_id = confirmed_approval
       and outcome = 1
       and kind = 'change-calendar';
    change := request.wanted::jsonb;
    if not found
       or bank.lock_calendar(request.subject::date) <> request.version
       or not change -> 'days' @> jsonb_build_array(jsonb_build_object('day', request.subject)) then
        raise exception 'this change of the calendar needs a second person' using errcode = 'BK006';
    end if;

    select business_date
      into strict open_date
      from bank.business_day
       for share;
    if exists (
        select
          from jsonb_to_recordset(change -> 'days') as d (day date)
         where d.day <= greatest(open_date, (request.decided_at at time zone 'Europe/Tirane')::date)) then
        raise exception 'the day can no longer be changed' using errcode = 'BK012';
    end if;

    insert into bank.calendar_day (day, works, name, source, is_estimate, approval_id)
    select d.day, d.works, d.name, change ->> 'source', false, request.approval_id
      from jsonb_to_recordset(change -> 'days') as d (day date, works boolean, name text)
        on conflict (day) do update
       set works = excluded.works, name = excluded.name, source = excluded.source, is_estimate = false,
           approval_id = excluded.approval_id;

    -- What else was asked for these days is out of date.
    -- one_pending_change
    update bank.approval
       set outcome = 3, decided_at = greatest(request.decided_at, requested_at)
     where kind = 'change-calendar'
       and subject in (select d.day::text from jsonb_to_recordset(change -> 'days') as d (day text))
       and decided_at is null;
end $$;
revoke execute on function bank.change_calendar(bigint) from public;
grant execute on function bank.change_calendar(bigint) to bkt_silo;
