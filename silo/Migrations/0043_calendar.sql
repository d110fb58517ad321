-- The bank's calendar as data. A day that is not here is a day off on Saturdays and Sundays, and worked otherwise. Each year is
-- loaded as a whole, by EndOfDayClock in the silo; a year that is not here is not known, and nothing may be reckoned with it.
create table bank.calendar_year (
    year      integer primary key,
    loaded_at timestamptz not null
);
grant select on bank.calendar_year to bkt_silo;

-- works: whether the bank works on this day. is_estimate: by the moon, until it is announced.
create table bank.calendar_day (
    day         date primary key,
    works       boolean not null,
    name        text not null,
    source      text not null,
    is_estimate boolean not null
);
grant select on bank.calendar_day to bkt_silo;
