-- lock_accounts with its columns by name: a call that began before a column was added reads as many as it was to give.
create or replace function bank.lock_accounts(ids bigint[]) returns setof bank.account
language plpgsql security definer
set search_path = ''
as $$
begin
    perform pg_catalog.pg_advisory_xact_lock_shared(7310020);
    return query
        -- account_pkey
        select account_id, account_number, customer_number, currency, request_id, opened_at, floor_minor, balance_minor,
               sequence_number, booked_at, version, held_minor, frozen, closed_at, paid_on, paid_day_minor, paid_month_minor,
               unconfirmed_count, unconfirmed_minor, payment_limits, next_payment_limits, next_limits_on, trusted_payees
          from bank.account
         where account_id = any(ids)
         order by account_id
           for no key update;
end $$;
