-- What silos of the version before the last called, and the days that only the first migration read.
drop function if exists bank.change_standing_order(
    uuid, integer, bigint, text, date, integer, smallint, smallint, integer, date, bigint, timestamptz);
drop function if exists bank.pause_new_standing_orders(integer, timestamptz, smallint);
drop function if exists bank.retry_standing_order_payment(uuid, date, integer, uuid, timestamptz, uuid);
drop function if exists bank.start_end_of_day(date, date, text, integer);
drop function bank.next_business_day(date);
drop table bank.holiday;
