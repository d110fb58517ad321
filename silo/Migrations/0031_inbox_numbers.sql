-- The last number of each inbox. Notifications are numbered by the time in microseconds since 1970, so that they can be kept by months;
-- whoever writes to an inbox holds its row, so numbers rise in the order of commits, whatever the clock does. bank.customer is locked
-- for an instant, for the key that refers to it.
create table bank.inbox (
    customer_number integer primary key references bank.customer,
    last_number     bigint not null default 0
) with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
grant select on bank.inbox to bkt_silo;

-- function: open_inbox_positions
