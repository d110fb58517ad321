-- What the next two files need, built while the bank works. Two tables become the first partitions of tables by months; see
-- 0026_retention_prepared.

-- step: the times of the notifications
create index concurrently notification_first_by_time on bank.notification using brin (number)

-- step: the end of the first partition of the notifications
do $$
begin
    if not exists (select from pg_constraint where conname = 'notification_first_ends') then
        execute format(
            'alter table bank.notification add constraint notification_first_ends check (number < %s) not valid',
            (1000000 * extract(epoch from date_trunc('month', now() at time zone 'UTC') + interval '3 months'))::bigint);
    end if;
end $$

-- step: no notification is beyond it
alter table bank.notification validate constraint notification_first_ends

-- step: the times of customers' events
create index concurrently customer_event_first_by_time on bank.customer_event using brin (number)

-- step: the end of the first partition of customers' events
do $$
begin
    if not exists (select from pg_constraint where conname = 'customer_event_first_ends') then
        -- A clock that was wrong may have left numbers of the future.
        execute format(
            'alter table bank.customer_event add constraint customer_event_first_ends check (number < %s) not valid',
            (select (1000000 * extract(epoch from greatest(
                        date_trunc('month', now() at time zone 'UTC') + interval '3 months',
                        date_trunc('month', timestamp 'epoch' + max(number) * interval '1 microsecond') + interval '2 months')))::bigint
               from bank.customer_event));
    end if;
end $$

-- step: no event of a customer is beyond it
alter table bank.customer_event validate constraint customer_event_first_ends
