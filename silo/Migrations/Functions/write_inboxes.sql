-- Stores what inboxes made of news, and moves their positions: each of one source, from the known one to a later one, with the
-- notifications of what lies between. An inbox whose position is another one by now, or that somebody holds, is left as it is, and the
-- others are not. Gives the places, from 1, of those that were written.
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
    bodies text[])
    returns table (written integer)
language plpgsql security definer
set search_path = ''
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
    now_at timestamptz := pg_catalog.clock_timestamp();
begin
    perform pg_catalog.set_config('bktsmart.positions_moved', 'yes', true);
    return query
    -- inbox_pkey
    with told as (
        select *
          from unnest(customers, told_sources, known_positions, new_positions, item_counts) with ordinality
               as t (customer_number, source, known, position, items, place)
    ), free as (
        select t.place, i.ctid
          from told t
          join bank.inbox i on i.customer_number = t.customer_number
         where coalesce(i.positions[array_position(i.sources, t.source)], 0) = t.known
           for no key update of i skip locked
    ), moved as (
        update bank.inbox i
           set last_number = i.last_number + t.items,
               sources[coalesce(array_position(i.sources, t.source), cardinality(i.sources) + 1)] = t.source,
               positions[coalesce(array_position(i.sources, t.source), cardinality(i.sources) + 1)] = t.position
          from told t
          join free f on f.place = t.place
         where i.customer_number = t.customer_number
        returning t.place::integer, i.customer_number, i.last_number, t.source, t.items
    ), stored as (
        insert into bank.notification (
            customer_number, number, account_id, sequence_number, category, title, body, created_at, push_settled_at)
        select m.customer_number,
               m.last_number - m.items + row_number() over (partition by n.inbox order by n.place),
               m.source, n.number, n.category, n.title, n.body, now_at, now_at
          from unnest(item_inboxes, item_numbers, categories, titles, bodies) with ordinality
               as n (inbox, number, category, title, body, place)
          join moved m on m.place = n.inbox
    )
    select m.place
      from moved m;
end $$;
revoke execute on function bank.write_inboxes(
    integer[], bigint[], bigint[], bigint[], integer[], integer[], bigint[], smallint[], text[], text[]) from public;
grant execute on function bank.write_inboxes(
    integer[], bigint[], bigint[], bigint[], integer[], integer[], bigint[], smallint[], text[], text[]) to bkt_silo;
