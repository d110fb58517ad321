-- Since when the business date is open: no batch of it is booked before.
alter table bank.business_day add column opened_at timestamptz not null default '-infinity';

-- Each end-of-day: which business date it ended, which one it opened, and when, in the order of all bookings. started_by: a subject
-- of the staff; null where the clock did it.
create table bank.end_of_day (
    business_date date primary key,
    next_date     date not null unique check (next_date > business_date),
    started_at    timestamptz not null unique,
    started_by    text
);
grant select on bank.end_of_day to bkt_silo;
create trigger append_only before update or delete or truncate on bank.end_of_day
    for each statement execute function bank.refuse_change();
