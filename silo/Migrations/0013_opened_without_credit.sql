-- A customer's account opens without credit: a lower floor is a change of terms, which needs a second person. Silos of the version
-- before name the column when they open an account, so the right to write it goes only with the next version.

-- function: refuse_credit

create trigger opened_without_credit before insert on bank.account
    for each row when (new.customer_number is not null and new.floor_minor is distinct from 0)
    execute function bank.refuse_credit();
