-- Ends silos: when this has committed, none of their batches can commit any more. It waits for those that are under way.
create or replace function bank.end_silos(dead text[]) returns void
language plpgsql security definer
set search_path = ''
as $$
declare
    of_silo text;
begin
    for of_silo in select unnest(dead) except select silo from bank.ended_silo order by 1 loop
        insert into bank.ended_silo (silo)
        values (of_silo)
        on conflict do nothing;
        perform pg_catalog.pg_advisory_xact_lock(7310021, pg_catalog.hashtext(of_silo));
    end loop;
end $$;
revoke execute on function bank.end_silos(text[]) from public;
grant execute on function bank.end_silos(text[]) to bkt_silo;
