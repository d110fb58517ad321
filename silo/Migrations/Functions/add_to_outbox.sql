-- Adds a message to the outbox, in the transaction of what it tells of. It is due now, or when the one before it is done with. That
-- one is kept in its place until this transaction ends: whoever deletes it then also sees the new one, and makes it due.
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
declare
    now_exactly constant timestamptz := clock_timestamp();
begin
    -- outbox_by_recipient
    perform from bank.outbox
      where channel = to_channel
        and customer_number = to_customer
      order by outbox_id desc
      limit 1
        for key share skip locked;
    insert into bank.outbox (
        channel, customer_number, notification_number, sms_id, phone, title, body, created_at, expires_at, due_at)
    values (
        to_channel, to_customer, about_notification, case to_channel when 3 then gen_random_uuid() end, to_phone, new_title, new_body,
        now_exactly, now_exactly + lifetime, case when found then now_exactly + lifetime else now_exactly end);
end $$;
