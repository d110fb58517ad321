-- The history of the accounts that were opened before there was one.

-- step until done: the accounts of before
insert into bank.account_history
select *
  from bank.account_history_due((
       select array_agg(account_id)
         from (select account_id
                 from bank.account a
                where not exists (select from bank.account_history h where h.account_id = a.account_id and h.version = 0)
                limit 5000) as due));
