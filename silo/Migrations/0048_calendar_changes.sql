-- The request of two of the staff by which a day of the calendar is as it is; null where the law says it. bank.change_calendar
-- alone writes it, and a day that has it is never deleted: so no loading of its year undoes the change, and a request made on
-- what was before is out of date.
alter table bank.calendar_day add column approval_id bigint;
