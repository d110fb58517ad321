-- Numbers by time begin. Silos of the version before know the last number of an inbox, as they think, and name it; it goes unread.

-- function: write_inboxes

create or replace function bank.write_inboxes(
    customers integer[],
    told_sources bigint[],
    known_positions bigint[],
    new_positions bigint[],
    last_numbers bigint[],
    item_inboxes integer[],
    item_numbers bigint[],
    categories smallint[],
    titles text[],
    bodies text[],
    push_title text,
    push_lifetime interval,
    out written integer[],
    out pushed boolean)
language sql
set search_path = ''
as $$
    select w.written, w.pushed
      from bank.write_inboxes(
           customers, told_sources, known_positions, new_positions, item_inboxes, item_numbers, categories, titles, bodies, push_title,
           push_lifetime) as w
$$;
revoke execute on function bank.write_inboxes(
    integer[], bigint[], bigint[], bigint[], bigint[], integer[], bigint[], smallint[], text[], text[], text, interval) from public;
grant execute on function bank.write_inboxes(
    integer[], bigint[], bigint[], bigint[], bigint[], integer[], bigint[], smallint[], text[], text[], text, interval) to bkt_silo;
