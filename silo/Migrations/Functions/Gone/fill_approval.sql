-- Kept the two forms of a request alike while there were two, from 0011 to 0018.
create or replace function bank.fill_approval() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    if new.kind is null then
        -- account_pkey
        select case new.action when 1 then 'set-overdraft-limit' else 'reopen-account' end,
               a.account_number, (-new.floor_minor)::text, new.terms_version, a.customer_number
          into strict new.kind, new.subject, new.wanted, new.version, new.customer_number
          from bank.account a
         where a.account_id = new.account_id;
    elsif new.kind in ('set-overdraft-limit', 'reopen-account') then
        -- account_account_number_key
        select a.account_id, case new.kind when 'set-overdraft-limit' then 1 else 2 end, -new.wanted::bigint, new.version
          into strict new.account_id, new.action, new.floor_minor, new.terms_version
          from bank.account a
         where a.account_number = new.subject;
    end if;
    return new;
end $$;
revoke execute on function bank.fill_approval from public;
