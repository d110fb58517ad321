-- Keeps a session of a customer open until the end of the transaction. Whoever reports an FNP ends all sessions, and takes back what was
-- confirmed of late: that comes before this transaction, which then does nothing, or behind it, and finds what it has done. A report
-- takes the credentials before anything else, so this comes first in a transaction. BK013: the session has ended.
create or replace function bank.hold_session(of_customer integer, of_session uuid) returns void
language plpgsql security definer
set search_path = ''
as $$
begin
    -- credentials_pkey
    perform from bank.credentials
      where customer_number = of_customer
        and state -> 'Sessions' @> pg_catalog.jsonb_build_array(pg_catalog.jsonb_build_object('Id', of_session))
        for share;
    if not found then
        raise exception 'the session has ended' using errcode = 'BK013';
    end if;
end $$;
revoke execute on function bank.hold_session(integer, uuid) from public;
grant execute on function bank.hold_session(integer, uuid) to bkt_silo;
