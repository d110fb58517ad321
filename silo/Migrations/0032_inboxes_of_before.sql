-- Inboxes that were told of something before there was a row for each. Any number by time is higher than theirs, which began at 1. A
-- delivery makes a row that is not there yet.

-- step until done: the inboxes of before
insert into bank.inbox (customer_number)
select customer_number
  from bank.inbox_position p
 where not exists (
       select
         from bank.inbox i
        where i.customer_number = p.customer_number)
 group by customer_number
 limit 5000
on conflict do nothing;
