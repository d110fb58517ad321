-- A table with this trigger keeps every row that it ever got, also against its owner.
create or replace function bank.refuse_change() returns trigger
language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
