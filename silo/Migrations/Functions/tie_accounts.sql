-- End-of-day, step 1, for some accounts: whether each that moved on the date ties from its opening to its closing balance, and what
-- all of them moved. Gives whether the step is finished.
create or replace function bank.tie_accounts(of_date date, accounts_max integer) returns boolean
language plpgsql security definer
set search_path = ''
as $$
declare
    s bank.end_of_day_step;
    looked bigint;
    until bigint;
    broken text[];
    breaches text[];
begin
    select * into strict s from bank.end_of_day_step where business_date = of_date and step = 1 for update;
    if s.finished_at is not null then
        return true;
    end if;
    -- account_pkey
    select count(*), max(account_id)
      into strict looked, until
      from (select account_id
              from bank.account
             where account_id > s.position
               and account_id <= s.last_position
             order by account_id
             limit accounts_max) next;
    if looked = 0 then
        perform bank.finish_end_of_day_step(of_date, s.step);
        return true;
    end if;
    -- account_pkey
    with moved as materialized (
        select a.account_id, a.currency, d.*
          from bank.account a
         cross join lateral bank.day_of_account(a.account_id, a.sequence_number, a.balance_minor, of_date) d
         where a.account_id > s.position
           and a.account_id <= until
           and a.booked_at >= coalesce((select started_at from bank.end_of_day where next_date = of_date), '-infinity')),
    summed as (
        insert into bank.end_of_day_movement as m (business_date, currency, accounts, postings, debits_minor, credits_minor)
        select of_date, currency, count(*), sum(postings), sum(debits_minor), sum(credits_minor)
          from moved
         where postings > 0
         group by currency
            on conflict (business_date, currency) do update
           set accounts = m.accounts + excluded.accounts,
               postings = m.postings + excluded.postings,
               debits_minor = m.debits_minor + excluded.debits_minor,
               credits_minor = m.credits_minor + excluded.credits_minor)
    select array_agg(account_id::text), array_agg(breach)
      into broken, breaches
      from moved
     where breach is not null;
    perform bank.set_aside(of_date, s.step, broken, breaches);
    update bank.end_of_day_step
       set position = until, done = done + looked
     where business_date = of_date
       and step = s.step;
    return false;
end $$;
revoke execute on function bank.tie_accounts(date, integer) from public;
grant execute on function bank.tie_accounts(date, integer) to bkt_silo;
