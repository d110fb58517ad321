-- Whoever changes the trusted payees of a customer or raises the risk, or opens an account for one, takes this lock, so that all
-- accounts of a customer say the same.
create or replace function bank.lock_trusted_payees(of_customer integer) returns void
language sql as $$
    select pg_advisory_xact_lock(7310040, of_customer)
$$;
