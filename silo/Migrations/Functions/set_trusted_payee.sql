-- Trusts a payee, or no longer, and says whether that was a change. by_session: in which an FNP was given for the payee; null for what
-- needs none. BK013: that session has ended. BK005: that would be more than so many.
create or replace function bank.set_trusted_payee(
    of_customer integer, by_session uuid, payee bigint, trusted boolean, payees_max integer, at timestamptz) returns boolean
language plpgsql security definer
set search_path = ''
as $$
declare
    trusted_now bigint[];
begin
    if by_session is not null then
        perform bank.hold_session(of_customer, by_session);
    end if;
    perform bank.lock_trusted_payees(of_customer);
    -- trusted_once
    if trusted then
        insert into bank.trusted_payee (customer_number, account_id, added_at)
        values (of_customer, payee, at)
        on conflict do nothing;
    else
        update bank.trusted_payee
           set removed_at = greatest(at, added_at)
         where customer_number = of_customer
           and account_id = payee
           and removed_at is null;
    end if;
    if not found then
        return false;
    end if;

    select array_agg(account_id order by trusted_payee_id)
      into trusted_now
      from bank.trusted_payee
     where customer_number = of_customer
       and removed_at is null;
    if trusted and cardinality(trusted_now) > payees_max then
        raise exception 'too many trusted payees' using errcode = 'BK005';
    end if;
    -- account_by_customer
    perform
       from bank.account
      where customer_number = of_customer
      order by account_id
        for no key update;
    update bank.account
       set trusted_payees = trusted_now, version = version + 1
     where customer_number = of_customer;
    return true;
end $$;
revoke execute on function bank.set_trusted_payee(integer, uuid, bigint, boolean, integer, timestamptz) from public;
grant execute on function bank.set_trusted_payee(integer, uuid, bigint, boolean, integer, timestamptz) to bkt_silo;
