-- Trigger: each version of a standing order goes on record.
create or replace function bank.record_standing_order() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
    if tg_op = 'INSERT' or new.version <> old.version then
        insert into bank.standing_order_change (
            order_id, version, changed_at, amount_minor, reference, end_date, payments_max, state, pause_cause)
        values (
            new.order_id, new.version, pg_catalog.clock_timestamp(), new.amount_minor, new.reference, new.end_date, new.payments_max,
            new.state, new.pause_cause);
    end if;
    return null;
end $$;
revoke execute on function bank.record_standing_order() from public;
