-- A customer's account opens with a floor of zero, also where none is named. Another one is refused (BK006).
create or replace function bank.refuse_credit() returns trigger
language plpgsql as $$
begin
    if new.floor_minor is null then
        new.floor_minor := 0;
        return new;
    end if;
    raise exception 'a lower floor of account % needs a second person', new.account_number using errcode = 'BK006';
end $$;
