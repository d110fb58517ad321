-- Forgets limits that were to hold later.
create or replace function bank.cancel_limit_raises(of_customer integer, at timestamptz) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
    -- account_by_customer
    perform
       from bank.account
      where customer_number = of_customer
      order by account_id
        for no key update;
    perform bank.change_payment_limits(account_id, payment_limits, null, null, at)
       from bank.account
      where customer_number = of_customer
        and next_payment_limits is not null
        and next_limits_on > (at at time zone 'Europe/Tirane')::date;
end $$;
revoke execute on function bank.cancel_limit_raises(integer, timestamptz) from public;
grant execute on function bank.cancel_limit_raises(integer, timestamptz) to bkt_silo;
