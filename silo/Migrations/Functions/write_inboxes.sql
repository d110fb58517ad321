-- Stores what inboxes made of news, and moves their positions: each of one source, from the known one to a later one, with the
-- notifications of what lies between, and their pushes in the outbox. An inbox whose position is another one by now, or that somebody
-- holds or has just written, is left as it is, and the others are not. Gives the places, from 1, of those that were written; null if
-- none was.
--
-- Notifications come in the order of their numbers in each source; item_inboxes says of which inbox each is, by its place from 1. In the
-- inbox they are numbered by the clock, in microseconds since 1970, or behind its last number, whichever is higher. The row of the inbox
-- is held from there to the end, so numbers rise in the order of commits. Of two sources of one inbox in a call, one is left as it is.
create or replace function bank.write_inboxes(
    customers integer[],
    told_sources bigint[],
    known_positions bigint[],
    new_positions bigint[],
    item_inboxes integer[],
    item_numbers bigint[],
    categories smallint[],
    titles text[],
    bodies text[],
    push_title text,
    push_lifetime interval,
    out written integer[],
    out pushed boolean)
language plpgsql security definer
set search_path = ''
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
    now_at constant timestamptz := pg_catalog.clock_timestamp();
    now_number constant bigint := (extract(epoch from now_at) * 1000000)::bigint;
    item_count constant integer := cardinality(item_inboxes);
    numbered_from bigint[];
    push_platforms smallint[];
    push_customers integer[];
    push_numbers bigint[];
    push_texts text[];
begin
    -- inbox_pkey, inbox_position_pkey; each inbox takes as many numbers as the call has notifications, for gaps do no harm
    with told as (
        select *
          from unnest(customers, told_sources, known_positions, new_positions) with ordinality
               as t (customer_number, source, known, position, place)
    ), free as (
        select t.place, t.position, i.ctid as inbox_tuple, p.ctid as tuple
          from told t
          join bank.inbox i on i.customer_number = t.customer_number
          join bank.inbox_position p on p.customer_number = t.customer_number and p.source = t.source and p.position = t.known
           for no key update of i, p skip locked
    ), numbered as (
        update bank.inbox i
           set last_number = greatest(now_number, i.last_number) + item_count
          from free f
         where i.ctid = f.inbox_tuple
        returning f.place, f.position, f.tuple, i.last_number - item_count as numbered_from
    ), moved as (
        update bank.inbox_position p
           set position = n.position
          from numbered n
         where p.ctid = n.tuple
        returning n.place::integer, n.numbered_from
    )
    select array_agg(m.place), array_agg(m.numbered_from)
      into written, numbered_from
      from moved m;

    -- credentials_pkey; bank.push_device only for a customer whose credentials have not been written for long
    with stored as (
        insert into bank.notification (customer_number, number, account_id, sequence_number, category, title, body, created_at)
        select customers[n.inbox], w.numbered_from + n.place, told_sources[n.inbox], n.number, n.category, n.title, n.body, now_at
          from unnest(written, numbered_from) as w (place, numbered_from)
          join unnest(item_inboxes, item_numbers, categories, titles, bodies) with ordinality
               as n (inbox, number, category, title, body, place) on n.inbox = w.place
        returning customer_number, number, title
    ), pushes as (
        select coalesce(k.push_platform, (select d.platform from bank.push_device(k.customer_number) d)) as platform, s.*
          from stored s
          join bank.credentials k on k.customer_number = s.customer_number and k.push_platform is distinct from 0
    )
    select array_agg(p.platform order by p.number, p.customer_number), array_agg(p.customer_number order by p.number, p.customer_number),
           array_agg(p.number order by p.number, p.customer_number), array_agg(p.title order by p.number, p.customer_number)
      into push_platforms, push_customers, push_numbers, push_texts
      from pushes p
     where p.platform is not null;

    pushed := push_platforms is not null;
    if pushed then
        perform bank.add_messages(
            push_platforms, push_customers, push_numbers, array_fill(null::text, array[cardinality(push_numbers)]),
            array_fill(push_title, array[cardinality(push_numbers)]), push_texts, push_lifetime);
    end if;
end $$;
revoke execute on function bank.write_inboxes(
    integer[], bigint[], bigint[], bigint[], integer[], bigint[], smallint[], text[], text[], text, interval) from public;
grant execute on function bank.write_inboxes(
    integer[], bigint[], bigint[], bigint[], integer[], bigint[], smallint[], text[], text[], text, interval) to bkt_silo;
