-- The positions of accounts that were told of before there were any. A delivery opens a position that is not there yet.

-- step until done: the positions of before
insert into bank.inbox_position (customer_number, source, position)
select customer_number, account_id, coalesce((
       select max(sequence_number)
         from bank.notification n
        where n.account_id = a.account_id
          and n.customer_number = a.customer_number), 0)
  from bank.account a
 where customer_number is not null
   and not exists (
       select
         from bank.inbox_position p
        where p.customer_number = a.customer_number
          and p.source = a.account_id)
 limit 500
on conflict do nothing;
