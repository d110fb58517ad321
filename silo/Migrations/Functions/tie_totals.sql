-- End-of-day, step 2, at its end: whether the control totals are what the accounts moved, by currency, and the heads of the ledger.
create or replace function bank.tie_totals(of_date date, ledger_heads jsonb) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
    perform from bank.end_of_day_step where business_date = of_date and step = 2 and finished_at is null for update;
    if not found then
        return;
    end if;
    perform bank.set_aside(
                of_date, 2::smallint, array_agg(currency),
                array_agg(format(
                    'transfers debit and credit %s in %s postings, accounts %s and %s in %s',
                    coalesce(t.amount, 0), coalesce(t.postings, 0), coalesce(m.debits_minor, 0), coalesce(m.credits_minor, 0),
                    coalesce(m.postings, 0))))
       from (select currency, sum(amount_minor) filter (where legs > 0) as amount, 2 * sum(legs) as postings
               from bank.end_of_day_total
              where business_date = of_date
              group by currency) t
       full join (select * from bank.end_of_day_movement where business_date = of_date) m using (currency)
      where (coalesce(t.amount, 0), coalesce(t.amount, 0), coalesce(t.postings, 0)) is distinct from
            (coalesce(m.debits_minor, 0), coalesce(m.credits_minor, 0), coalesce(m.postings, 0));
    update bank.end_of_day_step
       set heads = ledger_heads
     where business_date = of_date
       and step = 2;
    perform bank.finish_end_of_day_step(of_date, 2::smallint);
end $$;
revoke execute on function bank.tie_totals(date, jsonb) from public;
grant execute on function bank.tie_totals(date, jsonb) to bkt_silo;
