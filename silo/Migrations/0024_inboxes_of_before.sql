-- The inboxes of customers who were told before there were positions. A delivery opens an inbox that is not there yet.

-- step until done: the inboxes of before
insert into bank.inbox
select *
  from bank.inboxes_of_before((
       select array_agg(customer_number)
         from (select customer_number
                 from bank.customer c
                where not exists (select from bank.inbox i where i.customer_number = c.customer_number)
                limit 500) as due))
on conflict do nothing;
