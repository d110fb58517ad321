-- Before a day each payment of a customer needs an FNP; null for as usual. In the transaction that says the same in the customer's
-- credentials.
create or replace function bank.raise_risk(of_customer integer, until date) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
    perform bank.lock_trusted_payees(of_customer);
    -- account_by_customer
    perform
       from bank.account
      where customer_number = of_customer
      order by account_id
        for no key update;
    update bank.account
       set risk_raised_until = until, version = version + 1
     where customer_number = of_customer;
end $$;
revoke execute on function bank.raise_risk(integer, date) from public;
grant execute on function bank.raise_risk(integer, date) to bkt_silo;
