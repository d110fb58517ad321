-- For silos of the version before, which hold no session. It goes with the version after this one.
create or replace function bank.set_trusted_payee(
    of_customer integer, payee bigint, trusted boolean, payees_max integer, at timestamptz) returns boolean
language sql
set search_path = ''
as $$
    select bank.set_trusted_payee(of_customer, null, payee, trusted, payees_max, at)
$$;
revoke execute on function bank.set_trusted_payee(integer, bigint, boolean, integer, timestamptz) from public;
grant execute on function bank.set_trusted_payee(integer, bigint, boolean, integer, timestamptz) to bkt_silo;
