-- Who a member of staff is, however the subject of the token is written: StaffMember in the silo compares in the same way.
create or replace function bank.person(subject text) returns text
language sql immutable
as $$
    select upper(normalize(btrim(subject), nfkc))
$$;
