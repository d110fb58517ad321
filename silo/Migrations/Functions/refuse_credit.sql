-- Refuses an account of a customer that opens with another floor than zero (BK006).
create or replace function bank.refuse_credit() returns trigger
language plpgsql as $$
begin
    raise exception 'a lower floor of account % needs a second person', new.account_number using errcode = 'BK006';
end $$;
