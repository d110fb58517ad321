-- Adds one message to the outbox: see bank.add_messages. One at a time for a customer, as bank.tell_customer: so the ids of a recipient's
-- messages rise in the order of commits, and nobody sees one that stands behind another that he does not see.
create or replace function bank.add_to_outbox(
    to_channel smallint,
    to_customer integer,
    about_notification bigint,
    to_phone text,
    new_title text,
    new_body text,
    lifetime interval)
    returns void
language plpgsql as $$
begin
    perform pg_advisory_xact_lock(7310022, to_customer);
    perform bank.add_messages(
        array[to_channel], array[to_customer], array[about_notification], array[to_phone], array[new_title], array[new_body], lifetime);
end $$;
