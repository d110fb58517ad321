-- Adds messages to the outbox, in the transaction of what they tell of and in the order in which they come. Each is due now, or when the
-- one before it is done with. That one is kept in its place until this transaction ends: whoever deletes it then also sees the new one,
-- and makes it due. Whoever calls this is the only one who adds messages of its customers until it commits.
--
-- The outbox is empty at most times and may be long a second later: the planner is held to its index whatever the statistics say.
create or replace function bank.add_messages(
    channels smallint[],
    customers integer[],
    notifications bigint[],
    phones text[],
    titles text[],
    bodies text[],
    lifetime interval)
    returns void
language plpgsql
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
declare
    now_exactly constant timestamptz := clock_timestamp();
begin
    with added as materialized (
        select *, row_number() over (partition by channel, customer order by place) > 1 as is_behind
          from unnest(channels, customers, notifications, phones, titles, bodies) with ordinality
               as m (channel, customer, notification, phone, title, body, place)
    ), last as materialized (
        -- outbox_by_recipient
        select r.channel, r.customer
          from added r
         cross join lateral (
               select from bank.outbox o
                where o.channel = r.channel
                  and o.customer_number = r.customer
                order by o.outbox_id desc
                limit 1
                  for key share skip locked) kept
         where not r.is_behind
    )
    insert into bank.outbox (
        channel, customer_number, notification_number, sms_id, phone, title, body, created_at, expires_at, due_at)
    select a.channel, a.customer, a.notification, case a.channel when 3 then gen_random_uuid() end, a.phone, a.title, a.body,
           now_exactly, now_exactly + lifetime,
           case when a.is_behind or l.customer is not null then now_exactly + lifetime else now_exactly end
      from added a
      left join last l on l.channel = a.channel and l.customer = a.customer
     order by a.place;
end $$;
