-- A card that is lost proves nothing any more, for good: the branch hands out another.
alter table bank.card add column blocked_at timestamptz;
grant update (blocked_at) on bank.card to bkt_silo;
create trigger blocked_once before update on bank.card
    for each row when (old.blocked_at is not null) execute function bank.refuse_change();

-- Trusts no longer the payees that were added since a moment.
create function bank.distrust_recent_payees(of_customer integer, since timestamptz, at timestamptz) returns void
language plpgsql security definer set search_path = '' as $$
begin
    perform bank.lock_trusted_payees(of_customer);
    perform bank.set_trusted_payee(of_customer, account_id, false, 0, at)
       from bank.trusted_payee
      where customer_number = of_customer
        and removed_at is null
        and added_at >= since;
end $$;
revoke execute on function bank.distrust_recent_payees from public;
grant execute on function bank.distrust_recent_payees to bkt_silo;
