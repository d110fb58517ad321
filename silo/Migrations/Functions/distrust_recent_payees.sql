-- Trusts no longer the payees that were added since a moment.
create or replace function bank.distrust_recent_payees(of_customer integer, since timestamptz, at timestamptz) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
    perform bank.lock_trusted_payees(of_customer);
    -- trusted_once
    perform bank.set_trusted_payee(of_customer, null, account_id, false, 0, at)
       from bank.trusted_payee
      where customer_number = of_customer
        and removed_at is null
        and added_at >= since;
end $$;
revoke execute on function bank.distrust_recent_payees(integer, timestamptz, timestamptz) from public;
grant execute on function bank.distrust_recent_payees(integer, timestamptz, timestamptz) to bkt_silo;
