-- An account of a customer that is opened with a floor below zero.
create or replace function bank.refuse_credit() returns trigger
language plpgsql as $$
begin
    raise exception 'a lower floor of account % needs a second person', new.account_number using errcode = 'BK006';
end $$;
