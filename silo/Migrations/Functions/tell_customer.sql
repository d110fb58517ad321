-- Writes an event of a customer in the transaction of what it tells of, and lets the inbox know. One at a time for a customer, so that
-- numbers rise in the order of commits.
create or replace function bank.tell_customer(customer integer, event_kind smallint, event_detail jsonb)
    returns void
language plpgsql security definer
set search_path = ''
as $$
declare
    now_at timestamptz;
    next_number bigint;
begin
    perform pg_catalog.pg_advisory_xact_lock(7310022, customer);
    now_at := pg_catalog.clock_timestamp();
    -- customer_event_pkey
    select greatest((extract(epoch from now_at) * 1000000)::bigint, max(number) + 1)
      into next_number
      from bank.customer_event
     where customer_number = customer;
    insert into bank.customer_event (customer_number, number, kind, at, detail)
    values (customer, next_number, event_kind, now_at, event_detail);
    insert into bank.event (queue, customer_numbers, account_ids, sequence_numbers)
    values (8 + customer % 8, array[customer], array[0], array[next_number]);
end $$;
revoke execute on function bank.tell_customer(integer, smallint, jsonb) from public;
grant execute on function bank.tell_customer(integer, smallint, jsonb) to bkt_silo;
