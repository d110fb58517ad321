-- Adds one message to the outbox: see bank.add_messages.
create or replace function bank.add_to_outbox(
    to_channel smallint,
    to_customer integer,
    about_notification bigint,
    to_phone text,
    new_title text,
    new_body text,
    lifetime interval)
    returns void
language sql as $$
    select bank.add_messages(
        array[to_channel], array[to_customer], array[about_notification], array[to_phone], array[new_title], array[new_body], lifetime)
$$;
