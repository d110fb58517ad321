-- Sets the limits of an account that the caller has locked, and keeps them on record.
create or replace function bank.change_payment_limits(
    changed_account bigint, new_limits bigint[], new_next bigint[], new_next_on date, at timestamptz) returns bigint
language sql security definer
set search_path = ''
as $$
    -- account_pkey
    update bank.account
       set payment_limits = new_limits, next_payment_limits = new_next, next_limits_on = new_next_on, version = version + 1
     where account_id = changed_account;
    insert into bank.payment_limit_change (account_id, version, changed_at, limits, next_limits, next_on)
    select account_id, version, at, new_limits, new_next, new_next_on
      from bank.account
     where account_id = changed_account
    returning version
$$;
revoke execute on function bank.change_payment_limits(bigint, bigint[], bigint[], date, timestamptz) from public;
grant execute on function bank.change_payment_limits(bigint, bigint[], bigint[], date, timestamptz) to bkt_silo;
