-- For silos of the version before, which name the last number of an inbox that they know. It goes unread.
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
language plpgsql
set search_path = ''
as $$
begin
    select w.written, w.pushed
      into written, pushed
      from bank.write_inboxes(
           customers, told_sources, known_positions, new_positions, item_inboxes, item_numbers, categories, titles, bodies, push_title,
           push_lifetime) as w;
end $$;
revoke execute on function bank.write_inboxes(
    integer[], bigint[], bigint[], bigint[], bigint[], integer[], bigint[], smallint[], text[], text[], text, interval) from public;
grant execute on function bank.write_inboxes(
    integer[], bigint[], bigint[], bigint[], bigint[], integer[], bigint[], smallint[], text[], text[], text, interval) to bkt_silo;
