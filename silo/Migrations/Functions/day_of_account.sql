-- What an account's postings of one business date add up to, and what is wrong with them; breach is null where nothing is. newest,
-- balance: of the account's row.
create or replace function bank.day_of_account(of_account bigint, newest bigint, balance bigint, of_date date)
returns table (postings bigint, debits_minor numeric, credits_minor numeric, breach text)
language plpgsql stable
set search_path = ''
as $$
declare
    before bigint := bank.last_posting_until(of_account, newest, of_date - 1);
    last bigint := bank.last_posting_until(of_account, newest, of_date);
    opening numeric := 0;
    closing numeric := 0;
    dated boolean;
begin
    -- posting_pkey
    select count(*), coalesce(-sum(p.amount_minor) filter (where p.amount_minor < 0), 0),
           coalesce(sum(p.amount_minor) filter (where p.amount_minor > 0), 0), coalesce(bool_and(p.business_date = of_date), true)
      into strict postings, debits_minor, credits_minor, dated
      from bank.posting p
     where p.account_id = of_account
       and p.sequence_number > before
       and p.sequence_number <= last;
    if before > 0 then
        opening := (select balance_after_minor from bank.posting where account_id = of_account and sequence_number = before);
    end if;
    if last > 0 then
        closing := (select balance_after_minor from bank.posting where account_id = of_account and sequence_number = last);
    end if;
    breach := case
        when postings <> last - before then 'its numbers have a gap'
        when not dated then 'its dates go back'
        when opening + credits_minor - debits_minor is distinct from closing then 'its balances do not follow from its postings'
        when newest > 0 and balance is distinct from
            (select balance_after_minor from bank.posting where account_id = of_account and sequence_number = newest)
            then 'its balance is not that of its last posting'
    end;
    return next;
end $$;
revoke execute on function bank.day_of_account(bigint, bigint, bigint, date) from public;
