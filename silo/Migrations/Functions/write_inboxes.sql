-- Stores what inboxes made of news, and moves their positions: each of one source, from the known one to a later one, with the
-- notifications of what lies between, and their pushes in the outbox. An inbox whose position is another one by now, or that somebody
-- holds, is left as it is, and the others are not. Gives the places, from 1, of those that were written; null if none was.
--
-- Notifications come in the order of their numbers in each inbox; item_inboxes says of which inbox each is, by its place from 1.
create or replace function bank.write_inboxes(
    customers integer[],
    told_sources bigint[],
    known_positions bigint[],
    new_positions bigint[],
    item_counts integer[],
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
    first_numbers bigint[];
begin
    perform pg_catalog.set_config('bktsmart.positions_moved', 'yes', true);
    -- inbox_pkey
    with told as (
        select *
          from unnest(customers, told_sources, known_positions, new_positions, item_counts) with ordinality
               as t (customer_number, source, known, position, items, place)
    ), free as (
        select t.place
          from told t
          join bank.inbox i on i.customer_number = t.customer_number
         where coalesce(i.positions[array_position(i.sources, t.source)], 0) = t.known
         order by t.customer_number
           for no key update of i skip locked
    ), moved as (
        update bank.inbox i
           set last_number = i.last_number + t.items,
               sources[coalesce(array_position(i.sources, t.source), cardinality(i.sources) + 1)] = t.source,
               positions[coalesce(array_position(i.sources, t.source), cardinality(i.sources) + 1)] = t.position
          from told t
          join free f on f.place = t.place
         where i.customer_number = t.customer_number
        returning t.place::integer, i.last_number - t.items + 1 as first_number
    )
    select array_agg(place order by place), array_agg(first_number order by place)
      into written, first_numbers
      from moved;

    insert into bank.notification (
        customer_number, number, account_id, sequence_number, category, title, body, created_at, push_settled_at)
    select customers[n.inbox],
           m.first_number + row_number() over (partition by n.inbox order by n.place) - 1,
           told_sources[n.inbox], n.number, n.category, n.title, n.body, now_at, now_at
      from unnest(item_inboxes, item_numbers, categories, titles, bodies) with ordinality
           as n (inbox, number, category, title, body, place)
      join unnest(written, first_numbers) as m (place, first_number) on m.place = n.inbox;

    -- credentials_pkey; bank.push_device
    perform bank.add_to_outbox(d.platform, customers[n.inbox], n.number, null, push_title, n.title, push_lifetime)
       from (select m.place as inbox, m.first_number + row_number() over (partition by i.inbox order by i.place) - 1 as number, i.title
               from unnest(written, first_numbers) as m (place, first_number)
               join bank.credentials k on k.customer_number = customers[m.place] and k.push_platform is distinct from 0
               join unnest(item_inboxes, titles) with ordinality as i (inbox, title, place) on i.inbox = m.place
              order by i.place) n
      cross join lateral bank.push_device(customers[n.inbox]) d;
    pushed := found;
end $$;
revoke execute on function bank.write_inboxes(
    integer[], bigint[], bigint[], bigint[], integer[], integer[], bigint[], smallint[], text[], text[], text, interval) from public;
grant execute on function bank.write_inboxes(
    integer[], bigint[], bigint[], bigint[], integer[], integer[], bigint[], smallint[], text[], text[], text, interval) to bkt_silo;
